import Base
import CPostgres
import Glibc
import Store

/// Everything that opening a connection takes.
struct Opening {
    let target: Target
    let role: Role
    let world: World
    let wakeup: Wakeup
    let canceller: Canceller
    /// nil: where no pooler stands between.
    let preparesStatements: Bool?

    /// Connects without blocking, asks the server what it is, and refuses one that cannot be worked with. Throws a
    /// `ConnectFailure`. Looking up the host's name is the one thing that libpq does not bound.
    func open() throws(ConnectFailure) -> Connection {
        let deadline = world.elapsed() + target.patience
        let handle = try connect(until: deadline)
        do {
            return try greet(handle, until: deadline)
        } catch let failure as ConnectFailure {
            throw failure
        } catch Mishap.refused(let error) {
            throw target.connectFailure("FATAL:  \(error.state): \(error.message)")
        } catch Mishap.lost(let why) {
            throw target.connectFailure(why.english)
        } catch {
            throw target.slow
        }
    }

    private func connect(until deadline: Duration) throws(ConnectFailure) -> OpaquePointer {
        let handle = Self.start(target.options)
        guard let handle else { throw target.connectFailure("out of memory") }
        // libpq prints notices unless told otherwise; and only verbose errors carry their SQLSTATE.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        do throws(ConnectFailure) {
            guard PQstatus(handle) != CONNECTION_BAD else { throw target.connectFailure(String(cString: PQerrorMessage(handle))) }
            var events = POLLOUT
            while true {
                let left = deadline - world.elapsed()
                guard left > .zero else { throw target.slow }
                // Signals are for whoever works already; the deadline is near anyway.
                guard wait(socket: PQsocket(handle), for: events, or: wakeup, atMost: left) == .ready else { continue }
                switch PQconnectPoll(handle) {
                case PGRES_POLLING_READING: events = POLLIN
                case PGRES_POLLING_WRITING: events = POLLOUT
                case PGRES_POLLING_OK:
                    PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
                    PQsetnonblocking(handle, 1)
                    return handle
                default: throw target.connectFailure(String(cString: PQerrorMessage(handle)))
                }
            }
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private static func start(_ options: [(keyword: String, value: String)]) -> OpaquePointer? {
        let texts = options.map { (strdup($0.keyword), strdup($0.value)) }
        defer {
            for (keyword, value) in texts {
                free(keyword)
                free(value)
            }
        }
        let keywords = texts.map { UnsafePointer($0.0) } + [nil]
        let values = texts.map { UnsafePointer($0.1) } + [nil]
        return PQconnectStartParams(keywords, values, 0)
    }

    /// Takes the handle, also where it throws.
    private func greet(_ handle: OpaquePointer, until deadline: Duration) throws -> Connection {
        let answer: Answer
        do {
            try Greeting.checkVersion(handle, of: target)
            answer = try askOnce(Greeting.question, on: handle, until: deadline)
            let greeting = try Greeting(answer, on: handle, of: target)
            if role == .primary, greeting.isReplica { throw target.isReplica }
            if let kinship = target.kinship, !kinship.admits(try identity(greeting, on: handle, until: deadline)) {
                throw target.isStranger
            }
            if role != .session, !greeting.isPooled {
                // One statement alone is then a read, without a BEGIN, and nobody's, whatever the server's configuration says.
                // Poolers give the session to others: there a BEGIN it is. Statements here are short, and to compile one takes longer
                // than to run it.
                _ = try askOnce(
                    """
                    SELECT set_config('default_transaction_read_only', 'on', false), set_config('zancada.organisation', '', false),
                    set_config('jit', 'off', false)
                    """, on: handle, until: deadline)
            }
            guard PQenterPipelineMode(handle) == 1 else { throw target.slow }
            return Connection(handle, greeting, preparesStatements: preparesStatements ?? !greeting.isPooled, self)
        } catch {
            PQfinish(handle)
            throw error
        }
    }

    private func identity(_ greeting: Greeting, on handle: OpaquePointer, until deadline: Duration) throws -> DatabaseIdentity {
        do {
            let answer = try askOnce("SELECT system_identifier FROM pg_control_system()", on: handle, until: deadline)
            return DatabaseIdentity(database: greeting.database, cluster: try AnswerRow(answer).integer(0))
        } catch Mishap.refused {
            // Some who run servers for others allow nobody to ask.
            return DatabaseIdentity(database: greeting.database, cluster: nil)
        }
    }

    /// One statement outside of the pipeline.
    private func askOnce(_ sql: SQL, on handle: OpaquePointer, until deadline: Duration) throws -> Answer {
        guard PQsendQueryParams(handle, sql.rendered(for: .postgres), 0, nil, nil, nil, nil, 1) == 1 else {
            throw target.connectFailure(String(cString: PQerrorMessage(handle)))
        }
        var last: Answer?
        while true {
            while PQisBusy(handle) != 0 {
                let left = deadline - world.elapsed()
                guard left > .zero else { throw target.slow }
                let isFlushed = PQflush(handle) == 0
                guard wait(socket: PQsocket(handle), for: isFlushed ? POLLIN : POLLIN | POLLOUT, or: wakeup, atMost: left) == .ready else {
                    continue
                }
                guard PQconsumeInput(handle) == 1 else { throw target.connectFailure(String(cString: PQerrorMessage(handle))) }
            }
            guard let result = PQgetResult(handle) else { break }
            last = Answer(result)
        }
        guard let last, PQresultStatus(last.result) == PGRES_TUPLES_OK else {
            throw last.map { Mishap.refused(ServerError($0.result)) } ?? target.slow
        }
        return last
    }
}

extension Target {
    fileprivate var slow: ConnectFailure {
        ConnectFailure(
            Text(
                es: "\(place) no contesta a tiempo; revise la red y el servidor",
                en: "\(place) does not answer in time; check the network and the server"),
            isPassing: true)
    }

    fileprivate var isReplica: ConnectFailure {
        ConnectFailure(
            Text(
                es: "\(place) es una réplica y no puede escribir; escriba la dirección del servidor principal",
                en: "\(place) is a replica and cannot write; give the address of the primary server"), isPassing: true)
    }
}
