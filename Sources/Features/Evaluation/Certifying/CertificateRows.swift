import Access
import Base
import Certification
import Keys
import Runtime
import Store
import Transparency

/// Certificates as they are kept: sealed under the key of the person whom they are about. A table without people says in which
/// organisation a number is found, for whoever asks by it alone.
struct CertificateRows: Sendable {
    private let host: FeatureHost

    static let table = "evaluation_certificates"
    static let places = "evaluation_certificate_places"

    init(_ host: FeatureHost) { self.host = host }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("evaluation", 36...36)) NOT NULL PRIMARY KEY,
                \(dialect.text("subject", 1...64)) NOT NULL,
                version \(dialect.integer) NOT NULL,
                body \(dialect.bytes) NOT NULL,
                proof \(dialect.bytes),
                withdrawn_at \(dialect.integer)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: table) + [
            """
            CREATE TABLE \(name: places) (
                \(dialect.text("number", 32...32)) NOT NULL PRIMARY KEY,
                \(dialect.text("organisation", 1...64)) NOT NULL,
                \(dialect.text("evaluation", 36...36)) NOT NULL
            )\(dialect.strict)
            """
        ]
    }

    /// A certificate that stands, or stood.
    struct Kept: Sendable {
        let certificate: Certificate
        /// Of the event that tells of it.
        let version: Int64
        let withdrawnAt: Instant?
    }

    /// What puts a new one down, in the transaction of the review.
    func insertion(_ certificate: Certificate, version: Int64, of place: EvaluationPlace, under key: SubjectKey) throws -> SQLPair {
        let body = try key.seal(certificate.bytes, as: Self.context(.body, place), random: host.world.random)
        let statement = certificate.statement
        return SQLPair(
            first: """
                INSERT INTO evaluation_certificates (tenant, evaluation, subject, version, body)
                VALUES (\(place.tenant), \(place.id), \(place.person), \(version), \(body))
                """,
            second: """
                INSERT INTO evaluation_certificate_places (number, organisation, evaluation)
                VALUES (\(statement.number), \(place.tenant), \(place.id))
                """)
    }

    /// Two statements that belong together.
    struct SQLPair: Sendable {
        let first: SQL
        let second: SQL

        func execute(_ tx: borrowing Transaction) throws {
            try tx.execute(first)
            try tx.execute(second)
        }
    }

    /// Says that it holds no more, in the transaction of the review.
    static func withdraw(_ evaluation: String, in tenant: Identifier, at moment: Instant, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE evaluation_certificates SET withdrawn_at = \(moment) WHERE evaluation = \(evaluation) AND tenant = \(tenant)")
    }

    /// Removes what belongs to an evaluation that is gone.
    static func forget(_ evaluation: String, in tenant: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM evaluation_certificates WHERE evaluation = \(evaluation) AND tenant = \(tenant)")
        try tx.execute("DELETE FROM evaluation_certificate_places WHERE evaluation = \(evaluation) AND organisation = \(tenant)")
    }

    /// The evaluation whose certificate has this number; nil where there is none, or the person was erased.
    func place(of number: String) async throws -> EvaluationPlace? {
        let found = try await host.database.first(
            "SELECT organisation, evaluation FROM evaluation_certificate_places WHERE number = \(number)"
        ) { row in (tenant: try row["organisation"] as Identifier, evaluation: try row["evaluation"] as String) }
        guard let found else { return nil }
        return try await place(of: found.evaluation, in: found.tenant)
    }

    /// Under whose key the certificate of an evaluation is; nil where it has none.
    func place(of evaluation: String, in tenant: Identifier) async throws -> EvaluationPlace? {
        let person: Identifier? = try await host.database.within(organisation: tenant.text).first(
            "SELECT subject FROM evaluation_certificates WHERE evaluation = \(evaluation) AND tenant = \(tenant)"
        ) { try $0["subject"] }
        return person.map { EvaluationPlace(id: evaluation, tenant: tenant, person: $0) }
    }

    /// nil where there is none, or the person was erased. Throws `Failure(.invalid)` where it was altered.
    func kept(of place: EvaluationPlace) async throws -> Kept? {
        let row = try await host.database.within(organisation: place.tenant.text).first(
            """
            SELECT version, body, proof, withdrawn_at FROM evaluation_certificates
            WHERE evaluation = \(place.id) AND tenant = \(place.tenant)
            """
        ) { row in
            (
                version: try row["version"] as Int64, body: try row["body"] as [UInt8], proof: try row["proof"] as [UInt8]?,
                withdrawnAt: try row["withdrawn_at"] as Instant?
            )
        }
        guard let row, let keys = try await host.keyring.keys(of: place.person.text, in: place.tenant.text) else { return nil }
        let certificate = try Certificate(try keys.open(row.body, as: Self.context(.body, place)))
        let proof = try row.proof.map { try InclusionProofFile(try keys.open($0, as: Self.context(.proof, place))) }
        return Kept(
            certificate: Certificate(certificate.signed, installationKey: certificate.installationKey, proof: proof), version: row.version,
            withdrawnAt: row.withdrawnAt)
    }

    /// Keeps the proof beside the certificate, once.
    func keep(_ proof: InclusionProofFile, of place: EvaluationPlace) async throws {
        let key = try await host.keyring.standingKey(of: place.person.text, in: place.tenant.text)
        let sealed = try key.seal(proof.bytes, as: Self.context(.proof, place), random: host.world.random)
        try await host.database.within(organisation: place.tenant.text).write { tx in
            try key.requireStanding(tx)
            try tx.execute(
                """
                UPDATE evaluation_certificates SET proof = \(sealed)
                WHERE evaluation = \(place.id) AND tenant = \(place.tenant) AND proof IS NULL
                """)
        }
    }

    private enum Part: Int64 {
        case body = 1
        case proof = 2
    }

    private static func context(_ part: Part, _ place: EvaluationPlace) -> EntryContext {
        EntryContext(tenant: place.tenant.text, kind: table, record: place.id, version: part.rawValue)
    }
}
