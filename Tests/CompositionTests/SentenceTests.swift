import Access
import Base
import Composition
import Foundation
import Records
import Runtime
import Store
import TestKit
import Testing
import Transparency

/// The five sentences that carry the design, a test each. The first, that a feature imports only the kernel and pure libraries, is
/// ArchitectureTests' ("a feature imports no other feature").
@Suite("the five sentences", .timeLimit(.minutes(2)))
struct SentenceTests {
    static let engines: [EngineMatrix] = [.sqlite, .postgres]

    @Test("2: what a feature needs from others it declares as a port, and the root answers each")
    func ports() throws {
        for manifest in Roster.manifests {
            for port in manifest.ports {
                let link = Links.table.filter { $0.port == "\(manifest.name).\(port.name)" }
                #expect(link.count == 1, "\(port.name)")
                #expect(!port.fallback.english.isEmpty, "what it does where nobody answers")
            }
        }
    }

    private struct Told: Codable, Hashable { var number: Int }
    private static let event = EventKind("house.told", Text(es: "Algo", en: "Something"), example: Told(number: 1))
    private static let work = JobKind<Told>("house.work", Text(es: "Algo", en: "Something"))

    /// Thrown where nothing is to be kept.
    private struct Refused: Error {}

    @Test(
        "3: state, entry, event and job commit together, or not at all, and running the closure again changes nothing", arguments: engines)
    func oneTruth(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let record = house.host.world.id(of: Record.self).description
            let entry = try JournalEntry(.created, "organisation", version: 1, by: house.everyone, in: house.host.world)
            let told = try await Self.event.entry(Told(number: 7), of: record, version: 1, by: house.everyone, house.host)
            let job = try Self.work.request(Told(number: 7), in: House.tenant, house.host.world)
            let write: @Sendable (borrowing Transaction) throws -> Void = { tx in
                try tx.execute("INSERT INTO organisations (name, created_at) VALUES (\(House.tenant), 0)")
                try JournalWriter([entry, told], tx.dialect).append(tx)
                try job.enqueue(tx)
            }
            let tables = ["organisations", "journal_entries", "jobs"]
            await #expect(throws: Refused.self) {
                try await house.database.write { tx in
                    try write(tx)
                    throw Refused()
                }
            }
            for table in tables { #expect(try await house.count(table) == 0, "\(table)") }
            try await house.database.write { tx in try write(tx) }
            await #expect(throws: Failure.self) { try await house.database.write { tx in try write(tx) } }
            var counts: [Int] = []
            for table in tables { counts.append(try await house.count(table)) }
            #expect(counts == [1, 2, 1])
            try await JournalSealer(house.host.database).catchUp()
            let entries = try await JournalReader(house.host.database).entries(of: House.tenant.text, from: 0)
            #expect(entries.map(\.entry.metadata.verb) == ["created", "published"])
        }
    }

    /// Kinds whose records are taken back in another way than by deleting them.
    private static let neverDeleted: Set = ["consent"]

    @Test(
        "4: the journal tells of every change of every kind, nothing else keeps a log, and what stands follows from it", arguments: engines)
    func onlyJournal(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let store = house.host.store
            var made: [String: String] = [:]
            for kind in Roster.kinds {
                var subject: Identifier?
                if kind.subject == .given {
                    subject = try await Subjects(house.host.database, house.host.keyring, world: house.host.world).create(
                        by: house.everyone)
                }
                if let subject, kind.access.create.asksConsents { try await house.befriend(subject) }
                let isFixed = kind.access.change == .nobody
                let created = try await store.create(kind, SampleBody.of(kind, 1, beside: made), about: subject, by: house.everyone)
                let isKept = Self.neverDeleted.contains(kind.name)
                if !isFixed {
                    let updated = try await store.update(
                        kind, created.id, SampleBody.of(kind, 2, beside: made), ifVersion: 1, by: house.everyone)
                    if isKept {
                        await #expect(throws: Failure.self) { try await store.delete(kind, updated.id, ifVersion: 2, by: house.everyone) }
                    }
                }
                if !isFixed, !isKept {
                    let deleted = try await store.delete(kind, created.id, ifVersion: 2, by: house.everyone)
                    _ = try await store.restore(kind, deleted.id, ifVersion: 3, by: house.everyone)
                }
                made[kind.name] = created.id
                let history = try await store.history(kind, created.id, by: house.everyone)
                #expect(
                    history.map(\.verb) == (isFixed ? ["created"] : ["created", "updated"] + (isKept ? [] : ["deleted", "restored"])),
                    "\(kind.name)")
                let report = try await StateVerifier(store, kind, in: House.tenant).verify()
                #expect(report.faults.isEmpty && report.records > 0, "\(kind.name)")
            }
            let others = Roster.manifests.filter { $0.name != "journal" }.flatMap(\.tables)
            let logs = others.filter { name in ["history", "audit", "log", "outbox", "event"].contains { name.contains($0) } }
            #expect(logs.isEmpty)
        }
    }

    @Test("5: kinds, permissions, events, jobs, subscriptions and schedules are values from which the rest follows")
    func values() async throws {
        try await House.with(.sqlite) { house in
            let features = try Roster.assembled(for: house.host)
            #expect(Set(features.map { type(of: $0).manifest.name }).count == features.count)
            let jobs = features.flatMap { feature in feature.jobs.map { (type(of: feature).manifest.name, $0.shape.name) } }
            let heard = features.flatMap { feature in feature.subscriptions.map { (type(of: feature).manifest.name, $0) } }
            let clocks = features.flatMap { feature in feature.schedules.map { (type(of: feature).manifest.name, $0) } }
            for (feature, name) in jobs + heard.map({ ($0, $1.name) }) + clocks.map({ ($0, $1.name) }) {
                #expect(name.hasPrefix("\(feature)."), "\(name)")
            }
            for names in [jobs.map(\.1), heard.map(\.1.name), clocks.map(\.1.name)] { #expect(Set(names).count == names.count) }
            for (_, clock) in clocks {
                #expect(jobs.contains { $0.1 == (try? clock.request(house.host.world.now()))?.kind }, "\(clock.name)")
            }
            let told = Set(Roster.manifests.flatMap { $0.kinds.map(\.name) + $0.events.map(\.name) }).union(["organisation"])
            for (_, subscription) in heard { #expect(subscription.selection.kinds.isSubset(of: told), "\(subscription.name)") }
        }
    }
}
