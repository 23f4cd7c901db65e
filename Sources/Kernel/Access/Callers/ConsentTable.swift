import Base
import Store

/// What somebody can agree to, as rules and the database name it: `research`. What it means in words is for whoever asks people.
package struct ConsentPurpose: WordName {
    package let text: String

    /// One lower-case word of letters, digits and underscores, at most 63 bytes.
    package init?(_ text: String) {
        guard let name = RoleName(text) else { return nil }
        self.text = name.text
    }
}

/// Who agrees to what now, as access rules ask for it (`AccessCondition.consented`). It holds what stands and nothing of how that came
/// about: whoever keeps the consents as records changes it in the transaction that writes one.
package enum ConsentTable {
    static let name = "access_consents"

    static let migration = Migration(2, "what people agree to now") { dialect in
        [
            """
            CREATE TABLE access_consents (
                tenant \(dialect.text) NOT NULL \(dialect.check("tenant", atMost: Identifier.mostBytes)),
                subject \(dialect.text) NOT NULL \(dialect.check("subject", atMost: Identifier.mostBytes)),
                purpose \(dialect.text) NOT NULL \(dialect.check("purpose", atMost: 63)),
                PRIMARY KEY (tenant, subject, purpose)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: "access_consents")
    }

    /// From now on somebody agrees. False where they did already.
    @discardableResult
    package static func give(
        _ purpose: ConsentPurpose, of subject: Identifier, in tenant: Identifier, _ tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO access_consents (tenant, subject, purpose) VALUES (\(tenant), \(subject), \(purpose)) ON CONFLICT DO NOTHING
            """) == 1
    }

    /// From now on somebody does not agree. False where they did not before.
    @discardableResult
    package static func withdraw(
        _ purpose: ConsentPurpose, of subject: Identifier, in tenant: Identifier, _ tx: borrowing Transaction
    ) throws -> Bool {
        try tx.execute("DELETE FROM access_consents WHERE tenant = \(tenant) AND subject = \(subject) AND purpose = \(purpose)") == 1
    }

    /// To what each of some people agrees now; those who agree to nothing are left out. One index look-up each, and a statement for every
    /// 200 of them.
    package static func purposes(
        of subjects: Set<Identifier>, in tenant: Identifier, _ tx: borrowing Transaction
    ) throws -> [Identifier: Set<ConsentPurpose>] {
        let (all, most) = (subjects.sorted(), PageRequest.limits.upperBound)
        var purposes: [Identifier: Set<ConsentPurpose>] = [:]
        for start in stride(from: 0, to: all.count, by: most) {
            let some = all[start..<min(start + most, all.count)]
            let rows = try tx.rows(
                "SELECT subject, purpose FROM access_consents WHERE tenant = \(tenant) AND \("subject", in: some)"
            ) { row in (subject: try row["subject"] as Identifier, purpose: try row["purpose"] as ConsentPurpose) }
            for row in rows { purposes[row.subject, default: []].insert(row.purpose) }
        }
        return purposes
    }

    /// Removes all of a person whose data are erased, and returns how many there were.
    @discardableResult
    package static func forget(_ subject: Identifier, in tenant: Identifier, _ tx: borrowing Transaction) throws -> Int {
        try tx.execute("DELETE FROM access_consents WHERE tenant = \(tenant) AND subject = \(subject)")
    }
}
