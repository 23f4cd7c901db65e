import Access
import Base
import Foundation
import Keys
import Records
import Store
import TestKit

/// Somebody who is treated, as a later capability will keep them, and for the tests with an alias that fewer may see.
struct Person: Codable, Sendable {
    var name: String
    var alias: String?

    private static let access = RecordAccess(
        read: AccessRule(
            .grant(to: .all(.sameOrganisation, .isSubject), upTo: .secret),
            .grant(to: .related(as: ["physician"]), upTo: .secret),
            .grant(to: .related(as: ["therapist"]), upTo: .confidential),
            // They know that there is somebody, and not who.
            .grant(to: .related(as: ["field_agent"]), upTo: .internal),
            .grant(to: .all(.sameOrganisation, .holds("person.audit")), upTo: .internal),
            .grant(to: .all(.sameOrganisation, .holds("person.read")), upTo: .confidential)),
        create: AccessRule(.grant(to: .all(.sameOrganisation, .holds("person.read")), upTo: .secret)),
        change: AccessRule(.grant(to: .all(.sameOrganisation, .holds("person.read")), upTo: .secret)))

    /// Every grant shows all of the words, or none.
    static let kind = RecordKind<Person>(
        "person", about: .itself, access: access,
        fields: [
            .init(\.name, "name", .text(1...200), .confidential, search: .words),
            .init(\.alias, "alias", .text(1...200), .secret),
        ])

    /// Some show the name and not the alias.
    static let aliased = RecordKind<Person>(
        "aliased", about: .given, access: access,
        fields: [
            .init(\.name, "name", .text(1...200), .confidential, search: .words),
            .init(\.alias, "alias", .text(1...200), .secret, search: .words),
        ])

    /// Nobody sees a name without a role for it.
    static let desk = RecordKind<Person>(
        "desk", about: .itself,
        access: RecordAccess(
            read: AccessRule(
                .grant(to: .all(.sameOrganisation, .holds("person.audit")), upTo: .internal),
                .grant(to: .all(.sameOrganisation, .holds("person.read")), upTo: .confidential)),
            create: access.create, change: access.change),
        fields: [
            .init(\.name, "name", .text(1...200), .confidential, search: .words), .init(\.alias, "alias", .text(1...200), .internal),
        ])

    static func body(_ name: String, alias: String? = nil) throws -> [UInt8] {
        Array(try JSONEncoder().encode(Person(name: name, alias: alias)))
    }
}

/// An organisation whose people are looked for, on either engine, and a second program beside it.
struct SearchClinic: Sendable {
    let here: Office
    /// Another process on the same database and keys; on SQLite, which serves one, on the same connections.
    let elsewhere: Office
    let book: RoleBook

    struct Office: Sendable {
        let database: Database
        let keyring: Keyring
        let store: RecordStore
        let reads: ReadLog

        init(_ database: Database, _ folder: KeyFolder, _ root: FileRootKey) {
            self.database = database
            keyring = Keyring(folder: folder, root: root, database: database, world: .live)
            reads = ReadLog(database: database, world: .live, interval: .milliseconds(20)) { _ in }
            store = RecordStore(database: database, keyring: keyring, world: .live, reads: reads)
        }

        /// What was written has its position afterwards.
        func seal() async throws { try await JournalSealer(database).catchUp() }
    }

    static let tenants: [Identifier] = ["clinic", "other"]
    /// Those about whom something can be filed.
    static let people = (0..<12).map { "person-\($0)" }
    static let kinds = [Person.kind.shape, Person.aliased.shape, Person.desk.shape]

    static func with(_ engine: EngineMatrix, _ body: (SearchClinic) async throws -> Void) async throws {
        let series = [KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations]
        let schema =
            series.flatMap(\.migrations).flatMap { $0.statements(engine.dialect) }
            + kinds.flatMap { RecordTable($0).creation(engine.dialect) }
        try await engine.withStore(schema) { store in
            let path = FileManager.default.temporaryDirectory.appending(path: "zancada-search-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let folder = try KeyFolder(path)
            let root = FileRootKey(in: folder, random: World.live.random)
            try await root.create()
            let here = Office(store.database, folder, root)
            let elsewhere = Office(engine == .sqlite ? store.database : try store.another(), folder, root)
            for tenant in tenants { try await here.keyring.establish(tenant.text) }
            _ = try await here.keyring.sealingKeys(of: people, in: "clinic")
            let book = try RoleBook(extending: [
                RoleExtension("organisation_admin", permissions: ["person.read"]), RoleExtension("auditor", permissions: ["person.audit"]),
            ])
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body(SearchClinic(here: here, elsewhere: elsewhere, book: book)))
            } catch {
                outcome = .failure(error)
            }
            await here.reads.flush()
            await elsewhere.reads.flush()
            if engine != .sqlite { await elsewhere.database.close() }
            try outcome.get()
        }
    }

    func standing(_ actor: Identifier, _ roles: Set<RoleName> = [], in tenant: Identifier? = "clinic") -> Standing {
        Standing(Caller(actor: actor, tenant: tenant, roles: roles), by: book, at: World.live.now())
    }

    var admin: Standing { standing("admin-1", ["organisation_admin"]) }

    func relate(_ grantee: Identifier, to subject: String, as role: RoleName) async throws {
        let relation = try Relation(
            id: World.live.id(), tenant: "clinic", subject: try Identifier(subject), grantee: grantee, role: role, from: .epoch,
            reason: .careTeam)
        let book = book
        try await here.database.within(organisation: "clinic").write { tx in try RelationTable.grant(relation, by: book, tx) }
    }

    func create(_ names: String...) async throws -> [String] {
        var ids: [String] = []
        for name in names { ids.append(try await here.store.create(Person.kind.shape, try Person.body(name), by: admin).id) }
        return ids
    }
}

extension FoundRecords {
    var names: [String] {
        get throws { try records.map { try Person.kind.value(from: $0.body).name } }
    }
}

func failureCode(_ body: () async throws -> Void) async -> String {
    do { try await body() } catch let failure as Failure { return failure.code } catch { return "\(error)" }
    return "nothing was thrown"
}
