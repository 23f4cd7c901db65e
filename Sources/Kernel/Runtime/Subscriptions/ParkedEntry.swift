import Base
import Records
import Store
import Transparency

/// An entry of the journal that a subscription could not apply, or that waits behind one of the same record.
package struct ParkedEntry: Sendable, Hashable {
    package let subscription: String
    package let tenant: String
    package let position: Int64
    /// The entry's id, for ever.
    package let entry: String
    /// nil where it is about none: then nothing waits behind it.
    package let record: String?
    package let kind: String
    package let verb: String
    package let version: Int64
    /// Of the failure, for programs: `waits_behind` for one that waits.
    package let code: String
    /// What is wrong, in a sentence.
    package let reason: Text
    package let tries: Int
    package let parkedAt: Instant
    /// Whether it was never tried, since one before it of the same record is parked.
    package let isBehind: Bool
    /// Whether an operator asked for it to be tried again.
    package let isAsked: Bool

    init(_ item: SubscriptionItem, of subscription: String, behind: Bool, tries: Int, at now: Instant) {
        let metadata = item.entry.metadata
        self.subscription = subscription
        tenant = metadata.tenant
        position = item.position
        entry = metadata.entry
        record = metadata.record
        kind = metadata.kind
        verb = metadata.verb
        version = Int64(metadata.version)
        let failure = behind ? Failure.waitsBehind : item.failure ?? .notApplied("")
        (code, reason) = (failure.code, failure.message)
        self.tries = tries
        parkedAt = now
        isBehind = behind
        isAsked = false
    }

    init(_ row: borrowing Row) throws {
        subscription = try row["subscription"]
        tenant = try row["tenant"]
        position = try row["position"]
        entry = try row["entry"]
        record = try row["record"]
        kind = try row["kind"]
        verb = try row["verb"]
        version = try row["version"]
        code = try row["code"]
        reason = Text(es: try row["reason_es"], en: try row["reason_en"])
        tries = try row["tries"]
        parkedAt = try row["parked_at"]
        isBehind = try row["is_behind"]
        isAsked = try row["is_asked"]
    }

    static let columns: SQL = """
        subscription, tenant, position, entry, record, kind, verb, version, code, reason_es, reason_en, tries, parked_at, is_behind,
        is_asked
        """
}

/// Statements, in the transactions that move positions.
extension ParkedEntry {
    func insert(_ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO subscription_parked (\(Self.columns)) VALUES (
                \(subscription), \(tenant), \(position), \(entry), \(record), \(kind), \(verb), \(version), \(code),
                \(reason(.spanish)), \(reason(.english)), \(tries), \(parkedAt), \(isBehind), \(isAsked)
            )
            """)
    }

    /// Those of some records of which an entry is parked.
    static func blocked(_ records: [String], _ subscription: String, _ tenant: String, _ tx: borrowing Transaction) throws -> Set<String> {
        let names = Set(records).sorted()
        let found = try tx.rows(
            """
            SELECT DISTINCT record FROM subscription_parked
            WHERE subscription = \(subscription) AND tenant = \(tenant) AND \("record", in: names)
            """
        ) { try $0["record"] as String }
        return Set(found)
    }

    static func count(_ parked: Int64, _ subscription: String, _ tenant: String, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE subscription_positions SET parked = \(parked) WHERE subscription = \(subscription) AND tenant = \(tenant)")
    }

    /// Keeps whoever moves the position from going on meanwhile. Returns how many are parked.
    static func hold(_ subscription: String, _ tenant: String, _ tx: borrowing Transaction) throws -> Int64 {
        try tx.first(
            """
            UPDATE subscription_positions SET parked = parked WHERE subscription = \(subscription) AND tenant = \(tenant)
            RETURNING parked
            """
        ) { try $0["parked"] } ?? 0
    }

    /// False where it is parked no more.
    func remove(_ tx: borrowing Transaction) throws -> Bool {
        try tx.execute("DELETE FROM subscription_parked WHERE \(place)") == 1
    }

    var place: SQL { "subscription = \(subscription) AND tenant = \(tenant) AND position = \(position)" }

    /// Once this one is gone: the next of its record waits for nobody any more, and is to be tried. In the same transaction, so that
    /// whoever breaks off here leaves none waiting for ever.
    func askForNext(_ tx: borrowing Transaction) throws {
        guard record != nil, let next = try first(tx) else { return }
        try tx.execute("UPDATE subscription_parked SET is_asked = \(true), is_behind = \(false) WHERE \(next.place)")
        try tx.notify(SubscriptionTables.channel)
    }

    /// The first that is parked of its record, which may be this one.
    func first(_ tx: borrowing Transaction) throws -> ParkedEntry? {
        let condition: SQL = record.map { "record = \($0)" } ?? "position = \(position)"
        return try tx.first(
            """
            SELECT \(Self.columns) FROM subscription_parked
            WHERE subscription = \(subscription) AND tenant = \(tenant) AND \(condition) ORDER BY position LIMIT 1
            """
        ) { try ParkedEntry($0) }
    }
}

extension SubscriptionItem {
    /// Why it is parked; nil for one that is to be applied.
    var failure: Failure? {
        guard case .failure(let error) = heard else { return nil }
        return (error as? Failure) ?? (error as? InvalidInput)?.failure ?? .notApplied("\(type(of: error))")
    }
}

extension Failure {
    static let waitsBehind = Failure(
        .unavailable, "waits_behind",
        Text(
            es: "Espera a que se aplique o se omita la entrada anterior del mismo registro.",
            en: "It waits until the entry before it of the same record is applied or skipped."))

    /// What an error that is no `Failure` is said as: its type alone, since its words may hold anything.
    static func notApplied(_ type: String) -> Failure {
        Failure(
            .fault, "not_applied",
            Text(
                es: "El programa no pudo aplicar la entrada (\(type)): avise a quien lo mantiene.",
                en: "The program could not apply the entry (\(type)): tell whoever maintains it."))
    }
}
