import Access
import Base
import Keys
import Records
import Runtime
import Store

/// Files on their way into the library: sealed under the organisation's key until a job has read them, then only what came of it.
/// A job's payload stands in clear, so it names the upload and holds nothing of it.
package struct ExerciseUploads: Sendable {
    private let host: FeatureHost
    private let importing: JobKind<ImportOrder>

    static let table = "exercise_uploads"
    /// How long what came of an import can be asked for.
    static let age: Duration = .seconds(30 * 86_400)

    init(_ host: FeatureHost, importing: JobKind<ImportOrder>) {
        self.host = host
        self.importing = importing
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("id", 36...36)) PRIMARY KEY,
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("uploader", 1...200)) NOT NULL,
                \(dialect.text("format", 1...10)) NOT NULL,
                \(dialect.text("mode", 1...10)) NOT NULL,
                created_at \(dialect.integer) NOT NULL,
                body \(dialect.bytes),
                report \(dialect.bytes)
            )\(dialect.strict)
            """,
            "CREATE INDEX \(name: table + "_by_time") ON \(name: table) (tenant, created_at)",
        ] + dialect.organisationWall(table: table)
    }

    /// A file made ready to be taken in: sealed, with the job that imports it.
    struct Sealed: Sendable {
        let id: ID<ExerciseUploads>
        fileprivate let tenant: Identifier
        fileprivate let put: MoreWriting
    }

    /// Takes a file in and asks for the job that imports it, in one transaction. Returns the upload, to ask `report` of later.
    ///
    /// Throws `Failure`: `.forbidden`, `.invalid` for a file that is too large.
    package func take(
        _ bytes: [UInt8], _ format: ExerciseFormat, _ mode: ExerciseImport.Mode, by standing: Standing
    ) async throws -> ID<ExerciseUploads> {
        let upload = try await upload(bytes, format, mode, by: standing)
        try await put(upload)
        return upload.id
    }

    /// `also` writes more in the same transaction.
    func put(_ upload: Sealed, also: MoreWriting? = nil) async throws {
        try await host.database.within(organisation: upload.tenant.text).write { tx in
            try upload.put(tx)
            try also?(tx)
        }
    }

    /// Throws as `take`.
    func upload(
        _ bytes: [UInt8], _ format: ExerciseFormat, _ mode: ExerciseImport.Mode, by standing: Standing
    ) async throws -> Sealed {
        try standing.require(ExerciseLibraryFeature.write)
        guard bytes.count <= ExerciseFormat.mostBytes else { throw Failure.exerciseFileTooLarge }
        let (tenant, now) = (try standing.organisation(), host.world.now())
        let id = host.world.id(of: ExerciseUploads.self)
        let key = try await host.keyring.sealingKey(of: tenant.text, in: tenant.text)
        let body = try key.seal(bytes, as: Self.context(id, in: tenant), random: host.world.random)
        let order = try importing.request(ImportOrder(upload: id), in: tenant, priority: .urgent, host.world)
        let uploader = standing.caller.actor
        return Sealed(id: id, tenant: tenant) { tx in
            try tx.execute(
                """
                INSERT INTO exercise_uploads (id, tenant, uploader, format, mode, created_at, body)
                VALUES (\(id), \(tenant), \(uploader), \(format.rawValue), \(mode.rawValue), \(now), \(body))
                """)
            try order.enqueue(tx)
        }
    }

    /// What came of it; nil while the job is not done. Throws `Failure(.notFound)`.
    package func report(_ id: ID<ExerciseUploads>, by standing: Standing) async throws -> ExerciseReport? {
        let tenant = try standing.organisation()
        try standing.require(ExerciseLibraryFeature.write)
        let found = try await host.database.within(organisation: tenant.text).first(
            "SELECT report FROM exercise_uploads WHERE id = \(id) AND tenant = \(tenant)"
        ) { row -> [UInt8]? in try row["report"] }
        guard let found else { throw Failure.noUpload }
        return try found.map { try ExerciseReport(bytes: $0) }
    }

    /// A file as the job reads it.
    struct Upload: Sendable {
        let uploader: Identifier
        let format: ExerciseFormat
        let mode: ExerciseImport.Mode
        let bytes: [UInt8]
    }

    /// nil where it was read already, or is gone.
    func open(_ id: ID<ExerciseUploads>, in tenant: Identifier) async throws -> Upload? {
        let found = try await host.database.within(organisation: tenant.text).first(
            "SELECT uploader, format, mode, body FROM exercise_uploads WHERE id = \(id) AND tenant = \(tenant) AND body IS NOT NULL"
        ) { row in
            (
                uploader: try row["uploader"] as Identifier, format: try row["format"] as String, mode: try row["mode"] as String,
                body: try row["body"] as [UInt8]
            )
        }
        guard let found, let format = ExerciseFormat(rawValue: found.format), let mode = ExerciseImport.Mode(rawValue: found.mode),
            let keys = try await host.keyring.keys(of: tenant.text, in: tenant.text)
        else { return nil }
        let bytes = try keys.open(found.body, as: Self.context(id, in: tenant))
        return Upload(uploader: found.uploader, format: format, mode: mode, bytes: bytes)
    }

    /// Keeps what came of it and lets the file go.
    func finish(_ id: ID<ExerciseUploads>, with report: [UInt8], _ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE exercise_uploads SET body = NULL, report = \(report) WHERE id = \(id)")
    }

    /// Removes what nobody will ask for any more.
    func tidy(in tenant: Identifier) async throws {
        let oldest = host.world.now() - Self.age
        try await host.database.within(organisation: tenant.text).write { tx in
            try tx.execute("DELETE FROM exercise_uploads WHERE tenant = \(tenant) AND created_at < \(oldest)")
        }
    }

    private static func context(_ id: ID<ExerciseUploads>, in tenant: Identifier) -> EntryContext {
        EntryContext(tenant: tenant.text, kind: "exercise_upload", record: id.description, version: 1)
    }
}

extension Failure {
    fileprivate static let noUpload = Failure(
        .notFound, "upload_not_found",
        Text(
            es: "No hay tal archivo, o se importó hace más de 30 días: impórtelo de nuevo.",
            en: "There is no such file, or it was imported more than 30 days ago: import it again."))
}
