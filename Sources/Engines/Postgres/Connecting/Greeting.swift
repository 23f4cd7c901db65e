import Base
import CPostgres
import Store

/// What a server is asked before a connection is used, and what it said.
struct Greeting: Sendable {
    /// 150018 is 15.18.
    let version: Int
    /// Whether something stands between (PgBouncer): it gives out process numbers of its own.
    let isPooled: Bool
    /// Whether it streams from another server and can only read.
    let isReplica: Bool
    let database: String

    static let question: SQL = """
        SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS is_replica, current_setting('server_encoding') AS encoding, \
        current_setting('standard_conforming_strings') AS strings, current_database() AS database
        """

    /// Reads the answer to `question`; throws a `ConnectFailure` where the server cannot be worked with.
    init(_ answer: Answer, on handle: OpaquePointer, of target: Target) throws {
        let row = AnswerRow(answer)
        version = Int(PQserverVersion(handle))
        isPooled = try row.integer(0) != Int64(PQbackendPID(handle))
        isReplica = try row.bool(1)
        database = try row.text(4)
        let place = target.place
        let encoding = try row.text(2)
        guard encoding == "UTF8" else {
            throw ConnectFailure(
                Text(
                    es: "\(place) guarda los textos en \(encoding) y perdería caracteres; cree la base con ENCODING 'UTF8'",
                    en: "\(place) keeps texts in \(encoding) and would lose characters; create the database with ENCODING 'UTF8'"),
                isPassing: false)
        }
        guard try row.text(3) == "on" else {
            throw ConnectFailure(
                Text(
                    es: "\(place) tiene standard_conforming_strings desactivado; actívelo",
                    en: "\(place) has standard_conforming_strings off; turn it on"), isPassing: false)
        }
    }

    private static let oldestVersion = 15_00_00

    /// To be called before anything is asked, since an old server may not understand the question.
    static func checkVersion(_ handle: OpaquePointer, of target: Target) throws(ConnectFailure) {
        guard PQserverVersion(handle) < oldestVersion else { return }
        let release = PQparameterStatus(handle, "server_version").map { String(cString: $0) } ?? "\(PQserverVersion(handle))"
        let place = target.place
        throw ConnectFailure(
            Text(
                es: "\(place) es PostgreSQL \(release) y hace falta la versión 15 o posterior; actualícelo",
                en: "\(place) is PostgreSQL \(release), and version 15 or later is needed; upgrade it"), isPassing: false)
    }
}

/// What a connection is for.
enum Role: Sendable {
    /// Transactions and reads: must be a server that writes. Statements outside of a transaction cannot.
    case primary
    /// Reads that may be a little old.
    case replica
    /// One session for itself: listening, leases, statements that stand alone.
    case session
}
