import Base
import Dispatch
import Foundation
import Synchronization

/// The door in a program that serves through which this user's other processes have their commands run: SQLite has one program
/// that writes, and it is this one.
///
/// A command comes with its standard input, output and errors, and is run as if it stood in its own process, on a thread of its own,
/// so that one who reads slowly holds up nobody else. It is cancelled when its process goes away.
final class ControlSocket: Sendable {
    private let listener: LocalSocket
    private let path: String
    private let residence: Residence
    private let log: Log
    private let thread = WorkThread()
    private let count = Mutex(0)

    /// Commands at a time.
    private static let most = 64
    /// For the request, and for the answer.
    private static let patience: Duration = .seconds(10)

    /// nil where it cannot be made, which is no reason not to serve.
    init?(beside database: String, for residence: Residence, log: Log) {
        path = LocalSocket.path(besides: database)
        guard let listener = LocalSocket.listening(at: path) else { return nil }
        self.listener = listener
        self.residence = residence
        self.log = log
        thread.run { self.acceptAll() }
    }

    func close() {
        unlink(path)
        // Ends the wait of whoever accepts.
        listener.shut()
        thread.stop()
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener.descriptor, nil, nil)
            if descriptor < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard descriptor >= 0 else { break }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            take(LocalSocket(descriptor: descriptor))
        }
        Foundation.close(listener.descriptor)
    }

    private func take(_ socket: LocalSocket) {
        let isWelcome = count.withLock { count in
            guard count < Self.most, socket.isOwn else { return false }
            count += 1
            return true
        }
        guard isWelcome else {
            _ = socket.send(ControlAnswer(exitCode: Failure.Kind.overloaded.exitCode).line)
            Foundation.close(socket.descriptor)
            return
        }
        socket.limit(Self.patience)
        let thread = SeatThread()
        thread.run { [self] in
            guard let (line, descriptors) = socket.line(atMost: ControlRequest.mostBytes, descriptors: 3) else {
                return leave(socket, [], thread)
            }
            guard let request = ControlRequest(line), descriptors.count == 3 else { return leave(socket, descriptors, thread) }
            serve(request, descriptors, socket, on: thread)
        }
    }

    private func serve(_ request: ControlRequest, _ descriptors: [Int32], _ socket: LocalSocket, on thread: SeatThread) {
        let seat = Seat(
            input: descriptors[0], output: descriptors[1], errors: descriptors[2], folder: request.folder, language: request.language)
        let task = Task(executorPreference: thread) { [residence] in
            await Seat.$current.withValue(seat) {
                await Residence.$current.withValue(residence) { await Program.perform(request.arguments) }
            }
        }
        let hangUp = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor, queue: .global())
        // Nothing more is sent to us: whatever is to be read is the end.
        hangUp.setEventHandler { task.cancel() }
        hangUp.activate()
        Task {
            let code = await task.value
            hangUp.cancel()
            // The name alone: what follows it may name people.
            let name = ZancadaCommand.names.first { $0 == request.arguments.first } ?? "…"
            log.info("command run", ["command": .public(name), "exit": .count(Int(code))])
            _ = socket.send(ControlAnswer(exitCode: code).line)
            leave(socket, descriptors, thread)
        }
    }

    private func leave(_ socket: LocalSocket, _ descriptors: [Int32], _ thread: SeatThread) {
        for descriptor in descriptors { Foundation.close(descriptor) }
        socket.shut()
        Foundation.close(socket.descriptor)
        thread.stop()
        count.withLock { $0 -= 1 }
    }
}

/// A thread on which a command runs, where it may wait for whoever reads it.
private final class SeatThread: TaskExecutor {
    private let thread = WorkThread()

    func run(_ work: @escaping @Sendable () -> Void) { thread.run(work) }

    func stop() { thread.stop() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = thread.run { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        precondition(isTaken, "the thread is stopped after the last of its command")
    }
}
