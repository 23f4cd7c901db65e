import Base
import CConfinement
import Glibc

/// A running child with the reading ends of its standard output and standard error. Ends with its owner.
struct ConfinedChild: ~Copyable {
    enum Heard {
        case nothing
        case output([UInt8])
        case complaint
        /// Standard output was closed.
        case end
    }

    private let process: pid_t
    private let output: CInt
    private var errors: CInt
    private var status: CInt?
    private var complaintBytes: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    private init(process: pid_t, output: CInt, errors: CInt) {
        self.process = process
        self.output = output
        self.errors = errors
    }

    static func start(executable: String, arguments: [String], input: CInt) throws(Failure) -> ConfinedChild {
        var outputEnds: [CInt] = [-1, -1]
        var errorEnds: [CInt] = [-1, -1]
        guard confinement_pipe(&outputEnds) == 0 else { throw Failure.noDescriptors }
        guard confinement_pipe(&errorEnds) == 0 else {
            outputEnds.forEach { close($0) }
            throw Failure.noDescriptors
        }
        // No environment from outside: nothing in it can steer the loader or a library.
        let environment = ["LC_ALL=C", "MALLOC_ARENA_MAX=1", "SWIFT_BACKTRACE=enable=no"]
        let process = withCStrings(["zancada"] + arguments) { arguments in
            withCStrings(environment) { environment in
                confinement_spawn(executable, arguments, environment, input, outputEnds[1], errorEnds[1])
            }
        }
        close(outputEnds[1])
        close(errorEnds[1])
        guard process > 0 else {
            close(outputEnds[0])
            close(errorEnds[0])
            throw Failure.readerNotStarted
        }
        return ConfinedChild(process: process, output: outputEnds[0], errors: errorEnds[0])
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            var status: CInt = 0
            _ = confinement_wait(process, &status)
        }
        close(output)
        if errors >= 0 { close(errors) }
    }

    /// Waits until the child says something or ends, the wish to stop comes, or patience runs out.
    mutating func listen(cancellation: Cancellation?, patience: Duration) -> Heard {
        var waited = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
            pollfd(fd: cancellation?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        // At most an hour, and rounded up so that the wait does not end just before its time.
        let milliseconds = min(max(patience, .zero), .seconds(3600)) / .milliseconds(1)
        guard poll(&waited, nfds_t(waited.count), CInt(milliseconds.rounded(.up))) > 0 else { return .nothing }
        if waited[1].revents != 0 { hearComplaint() }
        guard waited[0].revents != 0 else { return waited[1].revents != 0 ? .complaint : .nothing }
        let count = read(output, &buffer, buffer.count)
        if count > 0 { return .output(Array(buffer[..<count])) }
        if count < 0, errno == EAGAIN || errno == EINTR { return .nothing }
        return .end
    }

    /// Makes sure that the process is gone and returns its exit code or the negated signal.
    ///
    /// A child on its way out keeps its own status: the kernel sets it before it closes descriptors, and a later signal does
    /// not change it. One that closed its output and goes on is not waited for.
    @discardableResult
    mutating func end() -> CInt {
        if let status { return status }
        kill(process, SIGKILL)
        var ended: CInt = -SIGKILL
        _ = confinement_wait(process, &ended)
        status = ended
        while errors >= 0, hearComplaint() {}
        return ended
    }

    /// The end of what the child wrote to standard error; what is not printable ASCII is shown as `?`.
    var complaints: String {
        let plain = complaintBytes.map { byte in
            (0x20...0x7E).contains(byte) || byte == UInt8(ascii: "\n") ? byte : UInt8(ascii: "?")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    @discardableResult
    private mutating func hearComplaint() -> Bool {
        let count = read(errors, &buffer, buffer.count)
        if count > 0 {
            complaintBytes += buffer[..<count]
            complaintBytes.removeFirst(max(0, complaintBytes.count - 4096))
            return true
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return false }
        close(errors)
        errors = -1
        return false
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        let copies = strings.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return body(copies)
    }
}

extension Failure {
    static let readerNotStarted = Failure(
        .unavailable, "reader_not_started",
        Text(
            es: "No se pudo iniciar el lector de video: el sistema no permite más procesos o falta el programa.",
            en: "The video reader could not be started: the system allows no more processes or the program is gone."))
}
