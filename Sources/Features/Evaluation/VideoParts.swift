import Access
import Base
import Keys
import Runtime
import Store

/// The parts of a video, sealed under the person's key in a store of blobs; a table says which are there.
///
/// All parts are of `size` bytes but the last. A part is put down first and noted afterwards, so that what is noted is there; a blob that
/// was not noted is swept away with its evaluation.
struct VideoParts: Sendable {
    private let host: FeatureHost
    private let blobs: any BlobStore

    /// Of a part, in bytes: what is held in memory for each upload.
    static let size = 512 << 10
    static let table = "evaluation_parts"

    init(_ host: FeatureHost, _ blobs: any BlobStore) {
        self.host = host
        self.blobs = blobs
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("evaluation", 36...36)) NOT NULL,
                number \(dialect.integer) NOT NULL,
                \(dialect.text("digest", 64...64)) NOT NULL,
                PRIMARY KEY (evaluation, number)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: table)
    }

    /// How many parts a video of so many bytes has.
    static func count(of bytes: Int) -> Int { (bytes + size - 1) / size }

    /// How long a part must be, from 0.
    static func length(of number: Int, in bytes: Int) -> Int { min(size, bytes - number * size) }

    /// Puts a part down; again, where it is there already with the same content. Throws `Failure(.conflict, "part_differs")` where another
    /// content is there, and what the store of blobs throws.
    func put(_ bytes: [UInt8], _ digest: String, _ number: Int, of place: EvaluationPlace) async throws {
        let known: String? = try await host.database.within(organisation: place.tenant.text).first(
            "SELECT digest FROM evaluation_parts WHERE evaluation = \(place.id) AND number = \(Int64(number)) AND tenant = \(place.tenant)"
        ) { try $0["digest"] }
        if let known {
            guard known == digest else { throw Failure.partDiffers }
            return
        }
        let key = try await host.keyring.standingKey(of: place.person.text, in: place.tenant.text)
        let sealed = try key.seal(bytes, as: Self.context(number, of: place), random: host.world.random)
        let name = try Self.name(number, digest, of: place.id)
        // What an earlier try left is the same content, and whole: it is not taken from under somebody who reads it.
        if try await blobs.bytes(of: name, in: 0..<1) == nil { try await blobs.put(sealed, at: name) }
        try await host.database.within(organisation: place.tenant.text).write { tx in
            try key.requireStanding(tx)
            try tx.execute(
                """
                INSERT INTO evaluation_parts (tenant, evaluation, number, digest)
                VALUES (\(place.tenant), \(place.id), \(Int64(number)), \(digest)) ON CONFLICT DO NOTHING
                """)
            let kept: String? = try tx.first(
                "SELECT digest FROM evaluation_parts WHERE evaluation = \(place.id) AND number = \(Int64(number))"
            ) { try $0["digest"] }
            guard kept == digest else { throw Failure.partDiffers }
        }
    }

    /// Which parts are there, each with the SHA-256 of its content in hexadecimal.
    func digests(of place: EvaluationPlace) async throws -> [Int: String] {
        let rows = try await host.database.within(organisation: place.tenant.text).rows(
            "SELECT number, digest FROM evaluation_parts WHERE evaluation = \(place.id) AND tenant = \(place.tenant)"
        ) { row in (number: try row["number"] as Int64, digest: try row["digest"] as String) }
        return Dictionary(uniqueKeysWithValues: rows.map { (Int($0.number), $0.digest) })
    }

    /// A part as it was sent. Throws `Failure(.invalid, "video_part_lost")` where it is gone or was altered.
    func bytes(_ number: Int, _ digest: String, of place: EvaluationPlace, _ keys: SubjectKeys) async throws -> [UInt8] {
        guard let sealed = try await blobs.bytes(of: try Self.name(number, digest, of: place.id)) else { throw Failure.partLost }
        do { return try keys.open(sealed, as: Self.context(number, of: place)) } catch { throw Failure.partLost }
    }

    /// Removes what is noted of a video, in the transaction of what it follows from; `clear` removes the rest.
    static func forget(_ evaluation: String, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM evaluation_parts WHERE evaluation = \(evaluation) AND tenant = \(tenant)")
    }

    /// Removes every blob of a video, noted or not.
    func clear(_ evaluation: String) async throws {
        for blob in try await blobs.blobs(in: try Self.folder(evaluation)) { try await blobs.remove(blob.name) }
    }

    private static func context(_ number: Int, of place: EvaluationPlace) -> EntryContext {
        EntryContext(tenant: place.tenant.text, kind: table, record: place.id, version: Int64(number) + 1)
    }

    private static func folder(_ evaluation: String) throws -> String {
        guard BlobName.isPart("video-\(evaluation)") else { throw Failure.partLost }
        return "video-\(evaluation)"
    }

    /// Named after its content: of two that come at once for one place, neither overwrites the other.
    private static func name(_ number: Int, _ digest: String, of evaluation: String) throws -> BlobName {
        guard let name = BlobName("\(number)-\(digest)", in: try folder(evaluation)) else { throw Failure.partLost }
        return name
    }
}

/// Where an evaluation belongs.
struct EvaluationPlace: Sendable, Hashable {
    let id: String
    let tenant: Identifier
    let person: Identifier
}

extension Failure {
    fileprivate static let partDiffers = Failure(
        .conflict, "part_differs",
        Text(
            es: "Esa parte del video ya llegó con otro contenido: empiece una evaluación nueva con este video.",
            en: "That part of the video arrived with another content already: begin a new evaluation with this video."))

    static let partLost = Failure(
        .invalid, "video_part_lost",
        Text(
            es: "Una parte del video se perdió o se dañó en el servidor: grabe de nuevo, y avise a quien lo administra.",
            en: "A part of the video was lost or damaged on the server: film again, and tell whoever runs it."))
}
