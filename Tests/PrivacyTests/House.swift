import Access
import Base
import FeatureKit
import HTTPTypes
import Keys
import Privacy
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Transparency
import Web

/// The feature at work in a clinic with people, carers and researchers, on a clock that moves when it is told to.
struct House: Sendable {
    let ground: FeatureGround
    let feature: PrivacyFeature
    let clock: FixedWorld
    let told: Told
    /// A patient, with a note and a chart.
    let ana: Identifier
    /// Another, about whom nothing is known but that they are there.
    let ben: Identifier

    /// What people were told.
    final class Told: Sendable {
        private let kept = Mutex<[Notice]>([])
        var notices: [Notice] { kept.withLock { $0 } }
        var port: Notices { Notices { [self] _, notice in kept.withLock { $0.append(notice) } } }
    }

    static let manifests = [PrivacyFeature.manifest, Samples.manifest]

    static func with(_ engine: EngineMatrix = .sqlite, _ body: (House) async throws -> Void) async throws {
        let clock = FixedWorld(seed: 11)
        try await FeatureGround.with(engine, manifests, world: clock.world) { ground in
            let (host, told) = (ground.host, Told())
            let records = KnownRecords(
                kinds: { manifests.flatMap(\.kinds) }, title: { $0 == "note" ? Text(es: "Notas", en: "Notes") : nil },
                checkpoint: {
                    let origin = Checkpoint.origin(ofInstallation: "tests")
                    guard let name = NoteKeyName(origin) else { throw Failure.missingColumn("origin") }
                    let signer = try NoteSigner(name: name, seed: try await host.keyring.signingSeed())
                    return try await Checkpoints(database: host.database, signer: signer, origin: origin, world: host.world).sign()
                })
            let names = Names { accounts, _ in accounts.contains("dr-1") ? ["dr-1": "Lucía <Andrade>"] : [:] }
            let feature = PrivacyFeature(host, PrivacyPorts(records: records, names: names, notices: told.port))
            let people = Subjects(host.database, host.keyring, world: host.world)
            let admin = ground.standing("admin-1", ["organisation_admin"])
            let (ana, ben) = (try await people.create(by: admin), try await people.create(by: admin))
            let house = House(ground: ground, feature: feature, clock: clock, told: told, ana: ana, ben: ben)
            _ = try await host.store.create(Note.kind.shape, Array(#"{"text":"Sin hallazgos."}"#.utf8), about: ana, by: admin)
            _ = try await host.store.create(Samples.chart, Array(#"{"stage":3}"#.utf8), about: ana, by: admin)
            try await body(house)
        }
    }

    var host: FeatureHost { ground.host }
    var admin: Standing { ground.standing("admin-1", ["organisation_admin"]) }
    var secondAdmin: Standing { ground.standing("admin-2", ["organisation_admin"]) }
    var auditor: Standing { ground.standing("auditor-1", ["auditor"]) }
    var physician: Standing { ground.standing("dr-1", ["physician"]) }
    var therapist: Standing { ground.standing("therapist-1", ["therapist"]) }
    var researcher: Standing { ground.standing("eva", ["researcher"]) }
    var guardian: Standing { ground.standing("mother-1", ["caregiver"]) }
    /// Signed in, and nothing more.
    var visitor: Standing { ground.standing("visitor-1") }
    func own(_ person: Identifier) -> Standing { ground.standing(person, ["patient"]) }
    /// Nobody whom anybody created.
    var unknown: Identifier { Identifier(host.world.id(of: House.self)) }

    @discardableResult
    func relate(_ grantee: Identifier, as role: RoleName, to person: Identifier) async throws -> Relation {
        let relation = try Relation(
            id: host.world.id(), tenant: "clinic", subject: person, grantee: grantee, role: role, from: host.world.now(), reason: .careTeam)
        try await Relations(host.database, host.keyring, book: host.roles, world: host.world).grant(relation, by: admin)
        return relation
    }

    func charts(by standing: Standing) async throws -> Int {
        try await host.store.list(Samples.chart, try PageRequest(), by: standing).items.count
    }

    func notes(of person: Identifier, by standing: Standing) async throws -> Int {
        try await host.store.list(Note.kind.shape, of: person, try PageRequest(), by: standing).items.count
    }

    /// Until the log of reads is in the journal.
    func waitUntilTold(_ entry: String, times: Int = 1) async throws {
        for _ in 0..<500 {
            if try await ground.told().filter({ $0 == entry }).count >= times { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("never told: \(entry)")
    }

    @discardableResult
    func perform() async throws -> [String] { try await ground.perform(feature.jobs) }

    /// As the clock would: the job of a schedule is done, and what it asks for.
    func ring(_ schedule: String) async throws {
        let request = try #require(feature.schedules.first { $0.name == schedule }).request(host.world.now())
        try await host.database.write { tx in try request.enqueue(tx) }
        try await perform()
        try await perform()
    }
}

/// Kinds of the tests: notes as the kernel has them, and charts that researchers read of whoever agrees.
enum Samples {
    static let chart = KindShape(
        "chart", about: .given,
        access: RecordAccess(
            read: AccessRule(
                .grant(to: .all(.sameOrganisation, .isSubject), upTo: .confidential),
                .grant(to: .related(as: ["therapist"]), upTo: .confidential),
                .grant(
                    to: .all(.sameOrganisation, .holds("chart.research"), .consented(to: ConsentPurposeWord.research.purpose)),
                    upTo: .internal)),
            create: AccessRule(.grant(to: .all(.sameOrganisation, .holds("note.write")), upTo: .confidential)),
            change: AccessRule.nobody),
        fields: [FieldShape("stage", .integer(0...9), isRequired: true, .internal, search: .order)],
        retention: Retention(years: 5, reason: Text(es: "Ley de historias clínicas.", en: "Law of clinical records.")))

    static let manifest = Manifest(
        "samples", Text(es: "Muestras", en: "Samples"), purpose: Text(es: "Para pruebas.", en: "For tests."),
        permissions: [
            PermissionShape("note.read", Text(es: "leer", en: "read"), to: ["organisation_admin"]),
            PermissionShape("note.write", Text(es: "escribir", en: "write"), to: ["organisation_admin"]),
            PermissionShape("chart.research", Text(es: "investigar", en: "do research"), to: ["researcher"]),
            PermissionShape(Relations.permission, Text(es: "relacionar", en: "relate"), to: ["organisation_admin"]),
            PermissionShape(Subjects.mergePermission, Text(es: "unir", en: "merge"), to: ["organisation_admin"]),
        ], roles: [Role("researcher", Text(es: "investigador", en: "researcher"))], kinds: [Note.kind.shape, chart],
        migrations: [
            Migration(1, "notes") { RecordTable(Note.kind.shape).creation($0) },
            Migration(2, "charts") { RecordTable(chart).creation($0) },
        ])
}
