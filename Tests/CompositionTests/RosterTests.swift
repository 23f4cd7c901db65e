import Access
import Base
import Composition
import Foundation
import Records
import Runtime
import Store
import TestKit
import Testing

/// What the features declare, walked: whatever is derived from it holds only where it is whole and without contradiction.
@Suite("the roster", .timeLimit(.minutes(1)))
struct RosterTests {
    private var manifests: [Manifest] { Roster.manifests }

    @Test("no two claim a name, a kind, a table, a permission, an event, a setting or a path")
    func claims() {
        #expect(Self.repeated(manifests.map(\.name)).isEmpty)
        #expect(Self.repeated(manifests.flatMap { $0.kinds.map(\.name) + $0.events.map(\.name) }).isEmpty)
        #expect(Self.repeated(manifests.flatMap { $0.tables + $0.kinds.flatMap(\.tables) }).isEmpty)
        #expect(Self.repeated(manifests.flatMap { $0.permissions.map(\.permission.text) }).isEmpty)
        #expect(Self.repeated(Roster.settings.map(\.environmentName)).isEmpty)
        let paths = manifests.flatMap { manifest in manifest.paths.map { (manifest.name, $0) } }
        for (feature, path) in paths {
            for (other, wider) in paths where other != feature {
                #expect(path != wider && !path.hasPrefix(wider + "/"), "\(feature), \(other)")
            }
        }
    }

    @Test("the tables of a fresh database are those that somebody claims", arguments: [EngineMatrix.sqlite, .postgres])
    func tables(_ engine: EngineMatrix) async throws {
        try await engine.withStore([], EngineSettings { $0.isOwner = true }) { store in
            _ = try await Roster.migrator.migrate(store.database, now: World.live.now)
            let names: SQL =
                engine == .sqlite
                ? "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
                : "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema()"
            var found = Set(try await store.database.rows(names) { try $0["name"] as String })
            if engine == .sqlite { found.insert("journal_sealed") }  // SQLite's writer needs no sealer.
            #expect(found == Set(manifests.flatMap { $0.tables + $0.kinds.flatMap(\.tables) }))
        }
    }

    @Test("every permission that a rule asks for is declared, and every declared one is asked for by a rule or by code")
    func permissions() throws {
        let declared = Set(manifests.flatMap { $0.permissions.map(\.permission) })
        let asked = Roster.kinds.reduce(into: Set<Permission>()) { asked, kind in
            for rule in [kind.access.read, kind.access.create, kind.access.change] { asked.formUnion(rule.permissions) }
        }
        #expect(asked.subtracting(declared).isEmpty)
        let sources = try Self.sources()
        for permission in declared.subtracting(asked) { #expect(Self.isRequired(permission, in: sources), "\(permission)") }
    }

    @Test("every role that gives something, and every one that a rule names, is declared")
    func roles() throws {
        let book = try Roster.roles
        for role in manifests.flatMap(\.permissions).flatMap(\.roles) { #expect(book.knows(role), "\(role)") }
        for kind in Roster.kinds { try RecordTable(kind).checkAccess(by: book) }
    }

    @Test("every event's example comes back from JSON as it was, and every event is its feature's")
    func events() throws {
        for manifest in manifests {
            for event in manifest.events {
                let bytes = try event.example()
                #expect(throws: Never.self) { try JSON.parse(bytes) }
                #expect(!event.meaning.english.isEmpty && !event.meaning.spanish.isEmpty)
            }
        }
    }

    @Test("every port has one link, and no link leads from nowhere")
    func ports() {
        let ports = manifests.flatMap { manifest in manifest.ports.map { "\(manifest.name).\($0.name)" } }
        #expect(Links.table.map(\.port).sorted() == ports.sorted())
    }

    @Test("every setting and permission says what it is for, in both languages")
    func words() {
        let texts =
            Roster.settings.flatMap { [$0.meaning, $0.takes] }
            + manifests.flatMap { [$0.title, $0.purpose] + $0.permissions.map(\.meaning) }
            + ServiceRole.table.map(\.title)
        for text in texts {
            #expect(!text.english.isEmpty && !text.spanish.isEmpty && (text.spanish.count < 4 || text.english != text.spanish))
        }
    }

    @Test("whatever a feature does, some role does on each database")
    func faces() {
        for database in Dialect.allCases {
            let faces = ServiceRole.table.filter { $0.databases.contains(database) }.reduce(into: Set()) { $0.formUnion($1.faces) }
            #expect(faces == Set(ServiceRole.Face.allCases))
        }
    }
}

extension RosterTests {
    private static func repeated(_ names: [String]) -> [String] {
        Dictionary(grouping: names, by: \.self).filter { $1.count > 1 }.keys.sorted()
    }

    /// The program's own text, without what only declares.
    private static func sources() throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sources = root.appending(path: "Sources")
        guard let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil) else { return [] }
        return try all.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
    }

    /// Whether code demands it: `require` with the constant that holds it, or with its text.
    private static func isRequired(_ permission: Permission, in sources: [String]) -> Bool {
        let constants = sources.flatMap { text in
            text.matches(of: /let (\w+)(?:: Permission)? = (?:Permission\()?"([a-z_.]+)"/).filter { $0.2 == permission.text }.map {
                String($0.1)
            }
        }
        return sources.contains { text in
            text.contains("require(\"\(permission.text)\"")
                || constants.contains { text.contains("require(Self.\($0)") || text.contains("require(.\($0)") || text.contains(".\($0))") }
        }
    }
}
