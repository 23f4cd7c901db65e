import Base
import Store

/// The statements that the engine itself sends around those of the program.
extension EncodedStatement {
    /// Each statement sees what was committed before it: for point reads that share a trip.
    static let beginSingleReads = fixed("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
    static let beginReading = fixed("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    static let beginWriting = fixed("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE")
    static let commit = fixed("COMMIT")
    static let rollback = fixed("ROLLBACK")
    /// Ends one transaction and begins another of the same kind at once: a pooler sees no moment in between in which it could
    /// give the session to somebody else.
    static let commitAndChain = fixed("COMMIT AND CHAIN")
    static let rollbackAndChain = fixed("ROLLBACK AND CHAIN")
    /// How far the primary has written, and how far a replica has followed, in bytes since the beginning.
    static let writtenPosition = fixed("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS position")
    static let replayedPosition = fixed("SELECT (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint AS position")

    /// Until the end of the transaction; nil: none, whatever the session was left with. The name is what
    /// `Dialect.organisationWall` reads. Throws as `EncodedStatement.init` does.
    static func organisation(_ name: String?) throws(Failure) -> EncodedStatement {
        guard let name else { return noOrganisation }
        return try EncodedStatement("SELECT set_config('zancada.organisation', \(name), true)")
    }

    /// Throws where `organisation` would.
    static func check(organisation name: String) throws(Failure) {
        guard try SQLValue.text(name).validated().byteCount <= mostBytes else { throw .valueTooLarge }
    }

    /// Until the end of the transaction: a statement fails from which a policy would hide rows.
    static let refusal = fixed("SELECT set_config('row_security', 'off', true)")

    /// Until the end of the transaction: its commit does not wait for the disk.
    static let mayBeLost = fixed("SELECT set_config('synchronous_commit', 'off', true)")

    private static let noOrganisation = fixed("SELECT set_config('zancada.organisation', '', true)")

    static func lock(_ key: Int64) -> EncodedStatement { fixed("SELECT pg_advisory_lock(\(key))") }
    static func tryLock(_ key: Int64) -> EncodedStatement { fixed("SELECT pg_try_advisory_lock(\(key)) AS is_held") }
    static func unlock(_ key: Int64) -> EncodedStatement { fixed("SELECT pg_advisory_unlock(\(key))") }

    static func listen(_ channel: Channel) -> EncodedStatement { fixed("LISTEN \(name: channel.name)") }
    static func unlisten(_ channel: Channel) -> EncodedStatement { fixed("UNLISTEN \(name: channel.name)") }
    static let signOfLife = fixed("SELECT 1")

    /// For statements whose values can only be good: numbers, and names of ours.
    private static func fixed(_ sql: SQL) -> EncodedStatement { EncodedStatement(trusted: sql) }
}
