import Base
import CPostgres
import Glibc
import Store

/// Who is waiting for an answer: how long it may take, and whether it is still wanted.
protocol Watch: AnyObject {
    /// On the world's `elapsed`.
    var deadline: Duration { get }
    /// Called on the connection's thread when somebody signalled or the deadline passed. Not nil: break the statement off.
    func interruption(at now: Duration) -> Failure?
    /// Called before what runs is broken off, which takes the server's help and some time: nothing of it will stay.
    func isInterrupted(by failure: Failure)
}

extension Watch {
    func isInterrupted(by failure: Failure) {}
}

/// A session with a server, in libpq's pipeline mode. Lives on one thread and never leaves it.
///
/// Statements are sent (`send`), closed by one `sync`, and answered in order (`reply`). Nothing here blocks longer than its
/// watch allows: it waits in poll(2), and where a server does not even answer a request to cancel, the connection is given up.
final class Connection {
    let handle: OpaquePointer
    let target: Target
    let world: World
    let wakeup: Wakeup
    let canceller: Canceller
    /// What the server said of itself at the start.
    let greeting: Greeting
    let preparesStatements: Bool
    var kept = KeptStatements()
    /// Set once: the connection is of no use any more.
    private(set) var loss: Text?

    /// What the answers to come are to.
    enum Expected {
        case preparation(StatementKey)
        case statement(StatementKey, inRows: Bool)
        case sync
    }
    private var expected: [Expected] = []
    private var next = 0
    /// The answer to the statement at `next` has begun.
    private var isInsideAnswer = false
    private var preparationError: ServerError?

    // Kept between statements: what libpq is handed.
    private var pointers: [UnsafePointer<CChar>?] = []
    private var binaryFormats: [Int32] = []

    init(_ handle: OpaquePointer, _ greeting: Greeting, preparesStatements: Bool, _ opening: Opening) {
        self.handle = handle
        self.greeting = greeting
        self.preparesStatements = preparesStatements
        target = opening.target
        world = opening.world
        wakeup = opening.wakeup
        canceller = opening.canceller
    }

    deinit { PQfinish(handle) }

    /// How long a server may take to break a statement off before its connection is given up.
    private static let patienceWithCancelling: Duration = .seconds(2)
    /// An answer to a point read that is larger is broken off before it fills the memory.
    static let mostBytesOfAnswer = 512 << 20
}

/// Sending.
extension Connection {
    func send(_ statement: EncodedStatement, inRows: Bool = false) throws {
        try put(statement)
        expected.append(.statement(statement.key, inRows: inRows))
    }

    /// The same outside of the pipeline; the caller reads the answer itself.
    func sendOutside(_ statement: EncodedStatement) throws { try put(statement) }

    private func put(_ statement: EncodedStatement) throws {
        var name: String?
        if preparesStatements { name = try prepared(statement) }
        let count = statement.lengths.count
        pointers.removeAll(keepingCapacity: true)
        while binaryFormats.count < max(count, 1) { binaryFormats.append(1) }
        let isSent = statement.bytes.withUnsafeBytes { bytes in
            // An empty value still needs an address: NULL is a null pointer.
            let start = bytes.baseAddress ?? UnsafeRawPointer(handle)
            var offset = 0
            for length in statement.lengths {
                pointers.append(length < 0 ? nil : (start + offset).assumingMemoryBound(to: CChar.self))
                offset += max(0, Int(length))
            }
            if let name {
                return PQsendQueryPrepared(handle, name, Int32(count), pointers, statement.lengths, binaryFormats, 1)
            }
            return PQsendQueryParams(
                handle, kept.text(of: statement), Int32(count), statement.key.types, pointers, statement.lengths, binaryFormats, 1)
        }
        guard isSent == 1 else { throw lose() }
    }

    private func prepared(_ statement: EncodedStatement) throws -> String {
        if let name = kept.name(of: statement.key) { return name }
        let (name, dropped) = kept.add(statement.key)
        if let dropped {
            guard PQsendQueryParams(handle, "DEALLOCATE \(dropped)", 0, nil, nil, nil, nil, 1) == 1 else { throw lose() }
            expected.append(.preparation(StatementKey(markedText: "", types: [])))
        }
        let types = statement.key.types
        guard PQsendPrepare(handle, name, kept.text(of: statement), Int32(types.count), types) == 1 else { throw lose() }
        expected.append(.preparation(statement.key))
        return name
    }

    /// Ends a group: after a failure the server skips what follows up to here.
    func sync() throws {
        guard PQpipelineSync(handle) == 1 else { throw lose() }
        expected.append(.sync)
    }
}

/// Receiving.
extension Connection {
    /// What the server answers to the next thing that was sent.
    enum Reply {
        /// A row of a statement that was sent with `inRows`; more follow.
        case row(Answer)
        /// The whole answer, or the end of the rows.
        case done(Answer)
        case refused(ServerError)
        /// Not run, since one before it in the group was refused.
        case skipped
        case sync
        /// The server waits for the rows of a COPY.
        case copying
    }

    /// The next reply. Throws `Mishap.lost`; and `.interrupted` once the connection is in order again and the whole group answered.
    func reply(_ watch: any Watch) throws -> Reply {
        while true {
            if let reply = try step(try result(watch)) { return reply }
        }
    }

    /// Sends one statement by itself and returns its answer. Throws `Mishap`.
    func ask(_ statement: EncodedStatement, _ watch: any Watch) throws -> Answer {
        try send(statement)
        try sync()
        let reply = try reply(watch)
        try drain(watch)
        switch reply {
        case .done(let answer): return answer
        case .refused(let error): throw Mishap.refused(error)
        case .row, .skipped, .sync, .copying: throw lose(.outOfStep)
        }
    }

    /// Reads to the end of the group. Throws `Mishap.lost`.
    func drain(_ watch: any Watch) throws {
        while !isQuiet { _ = try reply(watch) }
    }

    /// Whether the server has a transaction open, in order or failed. Meaningful once all is answered.
    var isInTransaction: Bool { PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Whether everything sent has been answered.
    var isQuiet: Bool { next == expected.count }

    private func result(_ watch: any Watch) throws -> OpaquePointer? {
        if !isInsideAnswer {
            isInsideAnswer = true
            if next < expected.count, case .statement(_, inRows: true) = expected[next] { _ = PQsetSingleRowMode(handle) }
        }
        return try awaitResult(watch)
    }

    private func awaitResult(_ watch: any Watch) throws -> OpaquePointer? {
        if PQisBusy(handle) == 0 { return PQgetResult(handle) }
        var received = 0
        while PQisBusy(handle) != 0 {
            let isFlushed = try flush()
            switch wait(
                socket: PQsocket(handle), for: isFlushed ? POLLIN : POLLIN | POLLOUT, or: wakeup, atMost: watch.deadline - world.elapsed())
            {
            case .ready:
                // Most answers come in one piece; only where more follows is it worth a call of the kernel to count.
                if received > 0 { received += Int(zpostgres_readable(PQsocket(handle))) }
                received += 1
                guard PQconsumeInput(handle) == 1 else { throw lose() }
                guard received <= Self.mostBytesOfAnswer else { throw lose(.answerTooLarge) }
            case .woken, .timedOut:
                if let failure = watch.interruption(at: world.elapsed()) {
                    watch.isInterrupted(by: failure)
                    try breakOff(failure)
                }
                if loss != nil { throw lose() }
            }
        }
        return PQgetResult(handle)
    }

    /// Takes one result of libpq; nil where it ends what was begun, or is of no interest to the caller.
    private func step(_ result: OpaquePointer?) throws -> Reply? {
        guard next < expected.count else {
            if let result { PQclear(result) }
            throw lose(Text(es: "el servidor contesta lo que no se preguntó", en: "the server answers what was not asked"))
        }
        let current = expected[next]
        guard let result else {
            advance()
            return nil
        }
        let answer = Answer(result)
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            advance()
            preparationError = nil
            return .sync
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            if case .preparation = current { return nil }
            return .done(answer)
        case PGRES_SINGLE_TUPLE: return .row(answer)
        case PGRES_PIPELINE_ABORTED:
            if case .preparation(let key) = current {
                kept.forget(key)
                return nil
            }
            defer { preparationError = nil }
            return preparationError.map { .refused($0) } ?? .skipped
        case PGRES_COPY_IN: return .copying
        default:
            let error = ServerError(result)
            // A fatal error is the server's last word; whatever it says, nothing more will come.
            if error.isFatal || PQstatus(handle) == CONNECTION_BAD { throw lose(Text(verbatim: target.redacted(error.message))) }
            switch current {
            case .preparation(let key):
                kept.forget(key, error)
                preparationError = error
                return nil
            case .statement(let key, _):
                if error.isStalePlan { kept.forget(key, error) }
                return .refused(error)
            case .sync: return .refused(error)
            }
        }
    }

    private func advance() {
        isInsideAnswer = false
        next += 1
        if next == expected.count {
            expected.removeAll(keepingCapacity: true)
            next = 0
        }
    }

    /// Writes what libpq has buffered. True where nothing is left.
    func flush() throws -> Bool {
        switch PQflush(handle) {
        case 0: return true
        case 1: return false
        default: throw lose()
        }
    }

    /// The connection is of no use any more.
    func lose(_ why: Text? = nil) -> Mishap {
        let why = why ?? loss ?? Text(verbatim: target.redacted(String(cString: PQerrorMessage(handle))))
        if loss == nil { loss = why }
        return .lost(why)
    }

    var socket: Int32 { PQsocket(handle) }

    /// Why it is of no use any more.
    var lossText: Text {
        _ = lose()
        return loss ?? .outOfStep
    }

    /// Whether a server that closed the connection while nobody used it has been noticed: costs one call of the kernel.
    var isStillOpen: Bool {
        guard loss == nil, PQstatus(handle) == CONNECTION_OK else { return false }
        guard wait(socket: PQsocket(handle), for: POLLIN, or: wakeup, atMost: .zero) == .ready else { return true }
        // Readable while nothing was asked: the end, or a notice.
        return PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK && !hasEnded
    }

    private var hasEnded: Bool {
        var byte: UInt8 = 0
        return recv(PQsocket(handle), &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
    }
}

/// Breaking off.
extension Connection {
    /// Cancels what runs and reads all answers that are due. Throws `.interrupted(failure)`, or `.lost` where the server does
    /// not answer in time.
    private func breakOff(_ failure: Failure) throws -> Never {
        let limit = Limit(world.elapsed() + Self.patienceWithCancelling)
        guard let request = canceller.request(handle, waking: wakeup) else { throw lose(.unansweredCancel) }
        while !isQuiet {
            if PQisBusy(handle) != 0 {
                let isFlushed = try flush()
                switch wait(
                    socket: PQsocket(handle), for: isFlushed ? POLLIN : POLLIN | POLLOUT, or: wakeup,
                    atMost: limit.deadline - world.elapsed())
                {
                case .ready: guard PQconsumeInput(handle) == 1 else { throw lose() }
                case .woken: continue
                case .timedOut: throw lose(.unansweredCancel)
                }
                continue
            }
            _ = try step(PQgetResult(handle))
        }
        // Until it is known to be over it could hit the next statement.
        while !request.isSent {
            guard wait(socket: -1, for: 0, or: wakeup, atMost: limit.deadline - world.elapsed()) != .timedOut else {
                throw lose(.unansweredCancel)
            }
        }
        throw Mishap.interrupted(failure)
    }
}

/// A watch that knows a deadline only.
final class Limit: Watch {
    let deadline: Duration

    init(_ deadline: Duration) {
        self.deadline = deadline
    }

    func interruption(at now: Duration) -> Failure? { now >= deadline ? .databaseDeadlineExceeded : nil }
}

extension Text {
    static let unansweredCancel = Text(
        es: "el servidor no contesta a la petición de interrumpir una consulta",
        en: "the server does not answer the request to break a statement off")
    static let unansweredCommit = Text(
        es: "el servidor no confirma a tiempo lo que guarda", en: "the server does not confirm in time what it saves")
    static let answerTooLarge = Text(
        es: "una respuesta ocupa más de 512 MB; hay que pedirla por páginas", en: "an answer takes more than 512 MB; it must be paged")
}
