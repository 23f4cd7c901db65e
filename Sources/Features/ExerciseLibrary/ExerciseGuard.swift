import Access
import Base
import Records
import Store

/// What must be so between exercises, on whichever way they are changed: a slug is one exercise's, and who is named keeps theirs.
enum ExerciseGuard {
    static func check(_ change: GuardedChange, _ tx: borrowing Transaction) throws {
        let slug = change.body?["slug"]?.string
        if let slug { try requireFree(slug, for: change, tx) }
        guard change.verb == .updated || change.verb == .deleted else { return }
        let former: String? = try tx.first(
            "SELECT f_slug FROM record_exercise WHERE id = \(change.id) AND tenant = \(change.tenant)"
        ) { try $0["f_slug"] }
        guard let former, former != slug else { return }
        try ExerciseReferences.requireNone(to: former, in: change.tenant, tx)
    }

    /// Throws `Failure(.conflict)`; deleted ones hold their slugs as well.
    private static func requireFree(_ slug: String, for change: GuardedChange, _ tx: borrowing Transaction) throws {
        let isDeleted: Bool? = try tx.first(
            """
            SELECT deleted_at FROM record_exercise WHERE tenant = \(change.tenant) AND f_slug = \(slug) AND id <> \(change.id)
            """
        ) { row in
            let deletedAt: Instant? = try row["deleted_at"]
            return deletedAt != nil
        }
        guard let isDeleted else { return }
        throw isDeleted ? Failure.slugOfDeleted(slug) : Failure.slugTaken(slug)
    }
}
