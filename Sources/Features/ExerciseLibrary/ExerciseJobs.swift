import Access
import Base
import Records
import Runtime
import Store

/// The payload of a seeding: the organisation is the job's own.
struct SeedOrder: Codable, Sendable {}

/// The payload of an import: where the file stands.
struct ImportOrder: Codable, Sendable {
    let upload: ID<ExerciseUploads>
}

/// The payload of tidying up: it concerns every organisation.
struct TidyOrder: Codable, Sendable {}

/// What the library does outside of transactions.
struct ExerciseJobs: Sendable {
    let host: FeatureHost
    let store: ExerciseStore
    let uploads: ExerciseUploads

    static let seeding = JobKind<SeedOrder>(
        "exercise_library.seed", Text(es: "Llenar la biblioteca de ejercicios", en: "Fill the exercise library"))
    static let importing = JobKind<ImportOrder>(
        "exercise_library.import", Text(es: "Importar ejercicios", en: "Import exercises"))
    static let tidying = JobKind<TidyOrder>(
        "exercise_library.tidy", Text(es: "Quitar importaciones viejas", en: "Remove old imports"),
        limits: JobLimits { $0.priority = .bulk })

    var handlers: [JobHandler] {
        [
            Self.seeding.handler { run, _ in try await seed(run) },
            Self.importing.handler { run, order in try await importUpload(order.upload, run) },
            Self.tidying.handler { _, _ in try await tidy() },
        ]
    }

    /// Puts in what the organisation has never had: what it changed, renamed or deleted is its own. Begun again it finds less to do.
    private func seed(_ run: JobRun) async throws -> JobEnd {
        guard let tenant = run.tenant else { return .done }
        let standing = try standing(in: tenant)
        let exercises = try ExerciseContent.exercises()
        let held = try await store.slugs(exercises.map(\.slug), in: tenant)
        var writes: [RecordWrite] = []
        for exercise in exercises where held[exercise.slug] == nil {
            writes.append(try await store.saving(exercise, as: nil, by: standing))
            run.report(Double(writes.count) / Double(exercises.count), Text(es: "preparando ejercicios", en: "preparing exercises"))
        }
        return .writing { [writes] tx in for write in writes { try write.put(tx) } }
    }

    /// A file that is none is an answer for whoever sent it, not a failure to be tried again.
    private func importUpload(_ id: ID<ExerciseUploads>, _ run: JobRun) async throws -> JobEnd {
        guard let tenant = run.tenant, let upload = try await uploads.open(id, in: tenant) else { return .done }
        let prepared: ExerciseImport.Prepared
        do {
            prepared = try await ExerciseImport(host, store).prepare(
                upload.bytes, upload.format, upload.mode, by: try standing(in: tenant, for: upload.uploader)
            ) { progress in run.report(progress, Text(es: "revisando filas", en: "checking rows")) }
        } catch let failure as Failure where failure.kind == .invalid {
            prepared = ExerciseImport.Prepared(report: ExerciseReport(failure), writes: [], event: nil)
        }
        let report = try prepared.report.bytes
        return .writing { tx in
            try prepared.put(tx)
            try uploads.finish(id, with: report, tx)
        }
    }

    private func tidy() async throws -> JobEnd {
        for name in try await Organisations.all(in: host.database) { try await uploads.tidy(in: try Identifier(name)) }
        return .done
    }

    private func standing(in tenant: Identifier, for somebody: Identifier? = nil) throws -> Standing {
        let manifest = ExerciseLibraryFeature.manifest
        return try host.standing(of: manifest.name, as: ExerciseLibraryFeature.librarian, for: somebody, in: tenant)
    }
}
