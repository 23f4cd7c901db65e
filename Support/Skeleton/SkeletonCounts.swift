import Access
import Base
import Records
import Runtime
import Store

/// How many items each person has, in a table of the feature's own that follows the journal.
package enum SkeletonCounts {
    static let table = "skeleton_counts"

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE skeleton_counts (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("subject", 1...64)) NOT NULL,
                items \(dialect.integer) NOT NULL,
                PRIMARY KEY (tenant, subject)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: table)
    }

    static let subscription = Subscription(
        "skeleton.counts", Text(es: "Cuenta las entradas de cada persona.", en: "Counts the items of each person."),
        from: .beginning, to: .changes(of: [SkeletonItem.kind.shape.name], openingBodies: false)
    ) { entry, tx in try count(in: try entry.organisation, tx) }

    /// Counts anew: the same result however often it is done.
    static func count(in tenant: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM skeleton_counts WHERE tenant = \(tenant)")
        try tx.execute(
            """
            INSERT INTO skeleton_counts (tenant, subject, items)
            SELECT tenant, subject, count(*) FROM record_skeleton_item
            WHERE tenant = \(tenant) AND deleted_at IS NULL GROUP BY tenant, subject
            """)
    }
}
