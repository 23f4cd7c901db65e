import Access
import Base
import Records
import Runtime
import Store

/// Which exercise names which others, in a table of the feature's own that follows the journal: bodies are sealed, so nobody could
/// ask them all. It is behind by the lag of subscriptions, some milliseconds.
enum ExerciseReferences {
    static let table = "exercise_references"

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("exercise", 36...36)) NOT NULL,
                \(dialect.text("slug", 1...60)) NOT NULL,
                PRIMARY KEY (tenant, exercise, slug)
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: table + "_by_slug") ON \(name: table) (tenant, slug)",
        ] + dialect.organisationWall(table: table)
    }

    static let subscription = Subscription(
        "exercise_library.references",
        Text(es: "Anota qué ejercicios nombran a otros.", en: "Notes which exercises name others."),
        from: .beginning, to: .changes(of: [Exercise.kind.shape.name])
    ) { entry, tx in
        guard let id = entry.record else { return }
        let tenant = try entry.organisation
        try tx.execute("DELETE FROM \(name: table) WHERE tenant = \(tenant) AND exercise = \(id)")
        guard case .open(let body) = entry.body, entry.verb != .deleted else { return }
        let exercise = try Exercise.kind.value(from: body)
        for slug in Set(exercise.progressions + exercise.regressions).sorted() {
            try tx.execute("INSERT INTO \(name: table) (tenant, exercise, slug) VALUES (\(tenant), \(id), \(slug))")
        }
    }

    /// Throws `Failure(.conflict)` where exercises that stand name this one, which is about to lose its slug.
    static func requireNone(to slug: String, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        let names: [String] = try tx.rows(
            """
            SELECT others.f_slug AS slug FROM \(name: table) AS refs
            JOIN record_exercise AS others ON others.id = refs.exercise AND others.deleted_at IS NULL
            WHERE refs.tenant = \(tenant) AND refs.slug = \(slug) AND others.f_slug <> \(slug) ORDER BY others.f_slug LIMIT 5
            """
        ) { try $0["slug"] }
        guard names.isEmpty else { throw Failure.exerciseNamed(by: names) }
    }
}

extension Failure {
    fileprivate static func exerciseNamed(by names: [String]) -> Failure {
        let listed = names.joined(separator: ", ")
        return Failure(
            .conflict, "exercise_named",
            Text(
                es: "Otros ejercicios lo nombran (\(listed)): quítelo antes de ellos.",
                en: "Other exercises name it (\(listed)): take it out of them first."))
    }
}
