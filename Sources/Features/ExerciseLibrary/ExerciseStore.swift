import Access
import Base
import Records
import Runtime
import Store

/// The exercises of organisations: read with what was said of them, written by whoever may propose, found by slug.
package struct ExerciseStore: Sendable {
    let host: FeatureHost
    /// With the rule about protocols.
    let kind: KindShape

    package init(_ host: FeatureHost, protocols: Protocols) {
        self.host = host
        kind = Exercise.shape(measuredBy: protocols)
    }

    /// An exercise as it stands.
    package struct Entry: Sendable {
        package let id: String
        package let version: Int64
        package let exercise: Exercise
        package let review: ReviewState
    }

    /// A page, in the order of names in a language.
    package func list(in language: Language, _ request: PageRequest, by standing: Standing) async throws -> Page<Entry> {
        let index = RecordIndex(by: language == .spanish ? "name_es" : "name_en")
        let page = try await host.store.list(Exercise.kind.shape, orderedBy: index, request, by: standing)
        return Page(items: try await entries(page.items, by: standing), next: page.next)
    }

    /// All of them, in the order of slugs: a library is some hundreds. Throws `Failure(.invalid)` beyond `mostExercises`.
    package func all(by standing: Standing) async throws -> [Entry] {
        var entries: [Entry] = []
        var cursor: Cursor?
        repeat {
            let request = try PageRequest(limit: PageRequest.limits.upperBound, after: cursor)
            let page = try await host.store.list(Exercise.kind.shape, orderedBy: RecordIndex(by: "slug"), request, by: standing)
            entries += try await self.entries(page.items, by: standing)
            cursor = page.next
            guard entries.count <= Self.mostExercises else { throw Failure.tooManyExercises }
        } while cursor != nil
        return entries
    }

    package static let mostExercises = 10_000

    /// The exercise of that slug. Throws `Failure(.notFound)`.
    package func exercise(_ slug: String, by standing: Standing) async throws -> Entry {
        let held = try await slugs([slug], in: try standing.organisation())
        guard let held = held[slug], !held.isDeleted else { throw Failure.noExercise(slug) }
        let record = try await host.store.read(Exercise.kind.shape, held.id, by: standing)
        guard let entry = try await entries([record], by: standing).first else { throw Failure.noExercise(slug) }
        return entry
    }

    /// Creates an exercise, or saves it in the place of version `ifVersion` of `id`: unreviewed, either way.
    ///
    /// Throws `InvalidInput`; `Failure`: `.forbidden`, `.conflict` where the version moved, the slug is taken, or others refer to the
    /// slug that it had.
    @discardableResult
    package func save(_ exercise: Exercise, as place: (id: String, ifVersion: Int64)? = nil, by standing: Standing) async throws -> Entry {
        let write = try await saving(exercise, as: place, by: standing)
        let tenant = try standing.organisation()
        try await host.database.within(organisation: tenant.text).write { tx in try write.put(tx) }
        return Entry(id: write.record.id, version: write.record.version, exercise: exercise, review: .unreviewed)
    }

    /// The same, to be put down among other writes; says of a slug that is taken before anything is written.
    func saving(_ exercise: Exercise, as place: (id: String, ifVersion: Int64)?, by standing: Standing) async throws -> RecordWrite {
        let body = try Exercise.kind.body(of: exercise).bytes
        let write =
            if let place { try await host.store.revision(kind, place.id, body, ifVersion: place.ifVersion, by: standing) } else {
                try await host.store.creation(kind, body, by: standing)
            }
        let held = try await slugs([exercise.slug], in: try standing.organisation())[exercise.slug]
        if let held, held.id != place?.id { throw held.isDeleted ? Failure.slugOfDeleted(exercise.slug) : Failure.slugTaken(exercise.slug) }
        return write
    }

    /// Takes an exercise out of the lists. Throws as `save`; `.conflict` where others refer to it.
    package func delete(_ slug: String, ifVersion: Int64, by standing: Standing) async throws {
        let entry = try await exercise(slug, by: standing)
        try await host.store.delete(kind, entry.id, ifVersion: ifVersion, by: standing)
    }

    /// A record that has a slug, in the lists or deleted.
    struct Held: Sendable {
        let id: String
        let isDeleted: Bool
    }

    /// Who has these slugs.
    func slugs(_ slugs: [String], in tenant: Identifier) async throws -> [String: Held] {
        var held: [String: Held] = [:]
        for start in stride(from: 0, to: slugs.count, by: 500) {
            let piece = slugs[start..<min(start + 500, slugs.count)]
            let rows = try await host.database.within(organisation: tenant.text).rows(
                "SELECT id, f_slug, deleted_at FROM record_exercise WHERE tenant = \(tenant) AND \("f_slug", in: piece)"
            ) { row in
                let deletedAt: Instant? = try row["deleted_at"]
                return (try row["f_slug"] as String, Held(id: try row["id"], isDeleted: deletedAt != nil))
            }
            held.merge(rows) { $1 }
        }
        return held
    }

    private func entries(_ records: [Record], by standing: Standing) async throws -> [Entry] {
        let reviews = try await ExerciseReviews(host).states(of: records, in: try standing.organisation())
        return try records.map { record in
            Entry(
                id: record.id, version: record.version, exercise: try Exercise.kind.value(from: record.body),
                review: reviews[record.id] ?? .unreviewed)
        }
    }
}

extension Failure {
    static func noExercise(_ slug: String) -> Failure {
        Failure(
            .notFound, "exercise_not_found",
            Text(
                es: "No hay un ejercicio «\(slug)» en su organización: vea los que hay en la lista.",
                en: "There is no exercise “\(slug)” in your organisation: see the list of those that there are."))
    }

    static func slugTaken(_ slug: String) -> Failure {
        Failure(
            .conflict, "exercise_slug_taken",
            Text(
                es: "Ya hay un ejercicio «\(slug)»: cámbielo, o elija otro nombre corto.",
                en: "There is an exercise “\(slug)” already: change that one, or choose another short name."))
    }

    static func slugOfDeleted(_ slug: String) -> Failure {
        Failure(
            .conflict, "exercise_deleted",
            Text(
                es: "El ejercicio «\(slug)» está borrado: restáurelo, o elija otro nombre corto.",
                en: "The exercise “\(slug)” is deleted: restore it, or choose another short name."))
    }

    static let tooManyExercises = Failure(
        .invalid, "too_many_exercises",
        Text(
            es: "La biblioteca pasa de \(ExerciseStore.mostExercises) ejercicios: pídala por páginas.",
            en: "The library has more than \(ExerciseStore.mostExercises) exercises: ask for it page by page."))
}
