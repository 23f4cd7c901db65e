import Access
import Base
import Gzip
import Keys
import Runtime
import Store

/// The files of an evaluation: what was seen, the curves, the body in space, the report. Packed, and sealed under the person's key.
struct EvaluationFiles: Sendable {
    private let host: FeatureHost

    static let table = "evaluation_files"
    /// Of one file, unpacked: twenty minutes of observations are more than is taken.
    static let mostBytes = 96 << 20
    /// Of one row.
    private static let partBytes = 1 << 20

    init(_ host: FeatureHost) { self.host = host }

    /// Which file of an evaluation.
    enum Name: String, Sendable, Hashable, CaseIterable {
        case observations = "observations.jsonl"
        case report = "report.json"
        case angles = "angles.csv"
        case motion = "motion.trc"
        case spanishPage = "report.es.html"
        case englishPage = "report.en.html"
        /// By what it is compared with another, so that nothing is measured again for that.
        case comparable = "comparable.json"

        static func page(_ language: Language) -> Name { language == .spanish ? .spanishPage : .englishPage }

        /// Of a page; nil for the other files.
        var language: Language? {
            switch self {
            case .spanishPage: .spanish
            case .englishPage: .english
            default: nil
            }
        }

        fileprivate var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("evaluation", 36...36)) NOT NULL,
                \(dialect.text("name", 1...40)) NOT NULL,
                part \(dialect.integer) NOT NULL,
                body \(dialect.bytes) NOT NULL,
                PRIMARY KEY (evaluation, name, part)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: table)
    }

    /// Puts files down in place of those that are there, each in transactions of its own: whoever needs all of them writes afterwards
    /// that they are there. Throws `Failure(.conflict)` where the person was erased meanwhile.
    func put(_ files: [(name: Name, bytes: [UInt8])], of place: EvaluationPlace) async throws {
        let key = try await host.keyring.standingKey(of: place.person.text, in: place.tenant.text)
        let database = host.database.within(organisation: place.tenant.text)
        try await database.write { tx in try Self.forget(place.id, in: place.tenant, tx) }
        for file in files {
            let packed = Gzip.packed(file.bytes, level: 6) ?? file.bytes
            for (part, start) in stride(from: 0, to: max(packed.count, 1), by: Self.partBytes).enumerated() {
                let piece = Array(packed[start..<min(start + Self.partBytes, packed.count)])
                let sealed = try key.seal(piece, as: Self.context(file.name, part, of: place), random: host.world.random)
                try await database.write { tx in
                    try key.requireStanding(tx)
                    try tx.execute(
                        """
                        INSERT INTO evaluation_files (tenant, evaluation, name, part, body)
                        VALUES (\(place.tenant), \(place.id), \(file.name.rawValue), \(Int64(part)), \(sealed))
                        """)
                }
            }
        }
    }

    /// A file; nil where there is none, or the person's key is gone. Throws `Failure(.invalid)` where it was altered.
    func bytes(_ name: Name, of place: EvaluationPlace) async throws -> [UInt8]? {
        let parts: [[UInt8]] = try await host.database.within(organisation: place.tenant.text).rows(
            """
            SELECT body FROM evaluation_files WHERE evaluation = \(place.id) AND name = \(name.rawValue) AND tenant = \(place.tenant)
            ORDER BY part
            """
        ) { try $0["body"] }
        guard !parts.isEmpty, let keys = try await host.keyring.keys(of: place.person.text, in: place.tenant.text) else { return nil }
        var packed: [UInt8] = []
        for (part, sealed) in parts.enumerated() { packed += try keys.open(sealed, as: Self.context(name, part, of: place)) }
        // Only what became longer by it is not packed.
        guard packed.starts(with: [0x1F, 0x8B]) else { return packed }
        return try Gzip.unpacked(packed, atMost: Self.mostBytes)
    }

    /// Removes the files of an evaluation.
    static func forget(_ evaluation: String, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM evaluation_files WHERE evaluation = \(evaluation) AND tenant = \(tenant)")
    }

    private static func context(_ name: Name, _ part: Int, of place: EvaluationPlace) -> EntryContext {
        EntryContext(
            tenant: place.tenant.text, kind: table, record: place.id, version: Int64(name.number) << 32 | Int64(part + 1))
    }
}
