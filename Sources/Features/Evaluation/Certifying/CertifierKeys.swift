import Access
import Base
import Certification
import Keys
import Runtime
import Store

/// The keys by which clinicians sign: made when they first certify, the private half sealed under their own key, so that it is gone with
/// whoever is erased. It leaves the program never; what it signed can be checked without it.
struct CertifierKeys: Sendable {
    private let host: FeatureHost

    static let table = "evaluation_certifiers"

    init(_ host: FeatureHost) { self.host = host }

    static func creation(_ dialect: Dialect) -> [SQL] {
        [
            """
            CREATE TABLE \(name: table) (
                \(dialect.text("tenant", 1...64)) NOT NULL,
                \(dialect.text("account", 1...64)) NOT NULL,
                public_key \(dialect.bytes) NOT NULL,
                body \(dialect.bytes) NOT NULL,
                made_at \(dialect.integer) NOT NULL,
                PRIMARY KEY (tenant, account)
            )\(dialect.strict)
            """
        ] + dialect.organisationWall(table: table)
    }

    /// A clinician's own, made where they have none yet, and the key that it is sealed under. Throws `Failure(.invalid)` for who was
    /// erased, or where it was altered.
    func key(of account: Identifier, in tenant: Identifier) async throws -> (key: CertifierKey, sealing: SubjectKey) {
        let sealing = try await host.keyring.sealingKey(of: account.text, in: tenant.text)
        let database = host.database.within(organisation: tenant.text)
        if let row = try await row(of: account, in: tenant, database) { return (try await opened(row, account, tenant), sealing) }
        guard let key = CertifierKey(seed: Secret(host.world.random.bytes(32))) else { throw Failure.certifierKeyAltered }
        let body = try sealing.seal(key.exposedBytes, as: Self.context(account, tenant), random: host.world.random)
        let now = host.world.now()
        try await database.write { tx in
            try sealing.requireStanding(tx)
            try tx.execute(
                """
                INSERT INTO evaluation_certifiers (tenant, account, public_key, body, made_at)
                VALUES (\(tenant), \(account), \(key.publicKey), \(body), \(now)) ON CONFLICT (tenant, account) DO NOTHING
                """)
        }
        // Somebody else may have made it in the same moment: the one that stands is theirs.
        guard let row = try await row(of: account, in: tenant, database) else { throw Failure.certifierKeyAltered }
        return (try await opened(row, account, tenant), sealing)
    }

    private func row(
        of account: Identifier, in tenant: Identifier, _ database: Database
    ) async throws -> (publicKey: [UInt8], body: [UInt8])? {
        try await database.first(
            "SELECT public_key, body FROM evaluation_certifiers WHERE tenant = \(tenant) AND account = \(account)"
        ) { row in (publicKey: try row["public_key"] as [UInt8], body: try row["body"] as [UInt8]) }
    }

    private func opened(
        _ row: (publicKey: [UInt8], body: [UInt8]), _ account: Identifier, _ tenant: Identifier
    ) async throws -> CertifierKey {
        guard let keys = try await host.keyring.keys(of: account.text, in: tenant.text) else { throw Failure.certifierKeyAltered }
        let seed = try keys.open(row.body, as: Self.context(account, tenant))
        guard let key = CertifierKey(seed: Secret(seed)), key.publicKey == row.publicKey else { throw Failure.certifierKeyAltered }
        return key
    }

    private static func context(_ account: Identifier, _ tenant: Identifier) -> EntryContext {
        EntryContext(tenant: tenant.text, kind: table, record: account.text, version: 1)
    }
}

extension Failure {
    fileprivate static let certifierKeyAltered = Failure(
        .fault, "certifier_key_altered",
        Text(
            es: "La clave con que usted firma no se abre o fue alterada: avise a quien administra el sistema.",
            en: "The key by which you sign does not open or was altered: tell whoever runs the system."))
}
