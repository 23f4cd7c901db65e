import Access
import Base
import Evaluation
import ExerciseLibrary
import Gateway
import Identity
import Keys
import Privacy
import Records
import Runtime
import Store

/// Everyone who is on board. Whatever depends on it (tables, kinds of record, roles, configuration, work) is derived here.
package enum Roster {
    /// In the order in which they are made; none needs another.
    package static let features: [FeatureEntry] = [
        FeatureEntry(PrivacyFeature.self) { PrivacyFeature($0, .all(of: $0)) },
        FeatureEntry(EvaluationFeature.self) { EvaluationFeature($0, try .all(of: $0)) },
        // new-feature: features
        FeatureEntry(IdentityFeature.self) { IdentityFeature($0, try IdentityWiring.ports($0)) },
        FeatureEntry(ExerciseLibraryFeature.self) { ExerciseLibraryFeature($0, protocols: .measured) },
    ]

    /// What each declares. The kernel's own parts first: their tables are there before anybody's.
    package static let manifests = KernelParts.manifests + features.map(\.manifest)

    /// Every kind of record there is, held to all its rules.
    package static let kinds: [KindShape] = manifests.flatMap(\.kinds).map(Links.bound)

    /// Brings a database to everyone's schema.
    package static let migrator = Migrator(manifests.compactMap(\.series))

    /// Throws `Failure(.unavailable)` where the database is not at this program's schema.
    static func requireSchema(of database: Database) async throws {
        let status = try await migrator.status(database)
        if let obstacle = status.obstacle { throw obstacle }
        guard status.due.isEmpty else {
            throw Failure(
                .unavailable, "migrations_due",
                Text(
                    es: "Faltan migraciones en la base de datos: ejecute «zancada migrate».",
                    en: "Migrations of the database are due: run 'zancada migrate'."))
        }
    }

    /// The roles and what they allow.
    package static var roles: RoleBook {
        get throws(Failure) {
            try RoleBook(Role.standard + manifests.flatMap(\.roles), extending: manifests.flatMap(\.roleExtensions))
        }
    }

    /// Every key that an operator may set.
    package static let settings: [ConfigDeclaration] =
        DatabaseKeys.declared + ServiceSettings.declared + JobSettings.keys + BackupSettings.declared + GatewaySettings.declared
        + TokenSettings.declared + WatchSettings.declared + CacheSettings.declared + manifests.flatMap(\.settings)

    /// All of them, made to work with a host.
    package static func assembled(for host: FeatureHost) throws -> [any Feature] {
        try features.map { try $0.make(host) }
    }
}

/// A feature as the root knows it: what it is, and how it is made.
package struct FeatureEntry: Sendable {
    package let manifest: Manifest
    let make: @Sendable (FeatureHost) throws -> any Feature

    /// `make` wires its ports (`Links`).
    package init<Made: Feature>(_ type: Made.Type, make: @escaping @Sendable (FeatureHost) throws -> Made) {
        manifest = type.manifest
        self.make = { try make($0) }
    }
}
