import Base
import Glibc
import Store
import Synchronization

/// A name held by a session of its own: the server gives it back when the session ends, however it ends.
///
/// The session is asked for a sign of life every two seconds, so that a lost one is noticed within seven.
final class PostgresLease: Lease {
    private let keeper: LeaseKeeper

    private init(_ keeper: LeaseKeeper) {
        self.keeper = keeper
    }

    deinit { keeper.giveBack() }

    var isHeld: Bool { keeper.isHeld }

    func release() async { await keeper.giveBackAndWait() }

    /// nil where somebody else holds the name. Throws `Failure(.unavailable)` where there is no connection, or only a pooler's.
    static func take(_ name: String, from target: Target, _ world: World) async throws -> PostgresLease? {
        let keeper = LeaseKeeper(.lease(name), target, world)
        return try await keeper.take() ? PostgresLease(keeper) : nil
    }
}

/// The thread that holds the lease's session.
private final class LeaseKeeper: Sendable {
    private let name: LockName
    private let target: Target
    private let world: World
    private let thread = WorkThread()
    private let wakeup = Wakeup()
    private let canceller = Canceller()
    private let held = Atomic(false)
    private let wantsRelease = Atomic(false)
    private let waiting = Mutex<(isOver: Bool, callers: [UnsafeContinuation<Void, Never>])>((false, []))

    init(_ name: LockName, _ target: Target, _ world: World) {
        self.name = name
        self.target = target
        self.world = world
    }

    private static let signOfLife: Duration = .seconds(2)
    private static let patience: Duration = .seconds(5)

    var isHeld: Bool { held.load(ordering: .acquiring) && !wantsRelease.load(ordering: .acquiring) }

    func giveBack() {
        wantsRelease.store(true, ordering: .releasing)
        wakeup.signal()
    }

    func giveBackAndWait() async {
        giveBack()
        await withUnsafeContinuation { continuation in
            let isOver = waiting.withLock { waiting in
                if !waiting.isOver { waiting.callers.append(continuation) }
                return waiting.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    func take() async throws -> Bool {
        try await withUnsafeThrowingContinuation { continuation in
            thread.run {
                do {
                    guard let connection = try self.connect() else {
                        self.end()
                        continuation.resume(returning: false)
                        return
                    }
                    self.held.store(true, ordering: .releasing)
                    continuation.resume(returning: true)
                    self.hold(connection)
                } catch {
                    self.end()
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private func connect() throws -> Connection? {
        let opening = Opening(
            target: target, role: .session, world: world, wakeup: wakeup, canceller: canceller, preparesStatements: false)
        do {
            let connection = try opening.open()
            guard !connection.greeting.isPooled else { throw Failure.needsDirectURL }
            let answer = try connection.ask(.tryLock(name.key), Limit(world.elapsed() + Self.patience))
            return try AnswerRow(answer).bool(0) ? connection : nil
        } catch {
            throw Failure(session: error)
        }
    }

    /// Until it is given back or lost.
    private func hold(_ connection: Connection) {
        while !wantsRelease.load(ordering: .acquiring), connection.isAlive(after: Self.signOfLife, patience: Self.patience) {}
        held.store(false, ordering: .releasing)
        end()
    }

    /// The session is gone when this returns and its connection with it.
    private func end() {
        thread.run {
            let callers = self.waiting.withLock { waiting in
                waiting.isOver = true
                defer { waiting.callers = [] }
                return waiting.callers
            }
            for caller in callers { caller.resume() }
        }
        thread.stop()
        canceller.stop()
    }
}

extension Connection {
    /// Rests until something comes from the server, somebody signals, or the time is over; then, where nothing came, asks for a
    /// sign of life. False where the connection is of no use any more.
    func isAlive(after rest: Duration, patience: Duration) -> Bool {
        switch wait(socket: socket, for: POLLIN, or: wakeup, atMost: rest) {
        case .woken: return true
        case .ready: return isStillOpen
        case .timedOut:
            do {
                _ = try ask(.signOfLife, Limit(world.elapsed() + patience))
                return true
            } catch {
                return false
            }
        }
    }
}

extension Failure {
    /// What the program is told of a session that could not be had.
    init(session error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let failure as ConnectFailure: self = failure.failure
        case Mishap.lost(let why): self = .databaseUnavailable(why)
        case Mishap.interrupted(let failure): self = failure
        case Mishap.refused(let error): self = error.failure
        default: self = .databaseUnavailable(Text(verbatim: "\(error)"))
        }
    }

    static let needsDirectURL = Failure(
        .unavailable, "needs_direct_url",
        Text(
            es:
                "Entre el programa y la base de datos hay un agrupador de conexiones (PgBouncer), que no guarda sesiones: dé también la dirección directa del servidor.",
            en:
                "Between the program and the database stands a pooler (PgBouncer), which keeps no sessions: give the server's own address as well."
        ))
}
