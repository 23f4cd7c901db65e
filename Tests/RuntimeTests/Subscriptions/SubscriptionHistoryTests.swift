import Access
import Base
import Foundation
import Keys
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Transparency

/// Histories that nobody wrote down: writers at random, subscriptions that refuse some entries, programs that end and connections that
/// are lost at any moment. In the end each entry took effect once, and those that were to be parked are.
@Suite(.timeLimit(.minutes(5)))
struct SubscriptionHistoryTests {
    private static let rounds = 5

    @Test("each entry takes effect once, in order, and what is refused is parked with what follows", arguments: EngineMatrix.all)
    func exact(_ engine: EngineMatrix) async throws {
        let seed = UInt64.random(in: 1...1_000_000)
        try await Ward.with(engine, EngineSettings { $0.isProxied = engine != .sqlite }) { ward in
            let history = try History(ward, seed: seed)
            for round in 1...Self.rounds { try await history.run(round) }
            ward.store.proxy?.heal()
            try await ward.running(history.subscriptions) {
                for subscription in history.subscriptions { try await ward.caughtUp(subscription.name) }
                for organisation in Ward.organisations {
                    let journal = try await ward.journal(of: organisation)
                    for subscription in history.subscriptions {
                        let (applied, parked) = history.prediction(subscription, journal)
                        let heard = try await ward.heard(subscription.name, in: organisation)
                        #expect(heard.map(\.entry) == applied, "seed \(seed), \(subscription.name), \(organisation)")
                        let found = try await ward.parked(subscription.name).filter { $0.tenant == organisation.text }
                        #expect(found.map(\.entry) == parked.map(\.entry), "seed \(seed), \(subscription.name), \(organisation)")
                        #expect(found.map(\.isBehind) == parked.map(\.isBehind), "seed \(seed)")
                    }
                }
                // Everything that was refused is accepted now.
                history.makeAcceptEverything()
                for subscription in history.subscriptions {
                    _ = try await ParkedEntries(ward.host.database).retry(.init(of: subscription.name))
                    try await ward.caughtUp(subscription.name)
                }
            }
            for organisation in Ward.organisations {
                let journal = try await ward.journal(of: organisation)
                #expect(journal.count > 20)
                for subscription in history.subscriptions {
                    #expect(try await ward.parked(subscription.name).isEmpty)
                    let heard = try await ward.heard(subscription.name, in: organisation)
                    let due = journal.filter { subscription.selection.takes($0.entry.metadata) }
                    #expect(heard.map(\.entry).sorted() == due.map(\.entry.metadata.entry).sorted(), "seed \(seed)")
                    for (record, some) in Dictionary(grouping: heard, by: \.record) where record != nil {
                        #expect(some.map(\.position) == some.map(\.position).sorted(), "seed \(seed): out of order")
                    }
                }
            }
        }
    }
}

/// One of them.
private final class History: Sendable {
    let ward: Ward
    /// Who writes, over connections that nobody cuts.
    let office: FeatureHost
    let subscriptions: [Subscription]
    private let seed: UInt64
    private let isRefusing: Switch
    private let records = Mutex<[Made]>([])

    private struct Made: Sendable {
        let organisation: Identifier
        let kind: KindShape
        let id: String
        let version: Int64
    }

    init(_ ward: Ward, seed: UInt64) throws {
        self.ward = ward
        self.seed = seed
        office = ward.store.engine == .sqlite ? ward.host : try ward.host(on: try ward.store.another())
        let isRefusing = Switch()
        self.isRefusing = isRefusing
        subscriptions = [
            Ward.listening("ward.all") { isRefusing.isOn && Self.isPoison($0.metadata) },
            Ward.listening("ward.remarks", to: .changes(of: ["remark"])) { isRefusing.isOn && Self.isPoison($0.metadata) },
        ]
    }

    func makeAcceptEverything() { isRefusing.turnOff() }

    /// One in nine, by its id.
    private static func isPoison(_ entry: EntryMetadata) -> Bool { entry.entry.utf8.reduce(0) { $0 + Int($1) } % 9 == 0 }

    /// What is heard in which order, and what is parked, by the rules alone.
    func prediction(
        _ subscription: Subscription, _ journal: [StandingEntry]
    ) -> (applied: [String], parked: [(entry: String, isBehind: Bool)]) {
        var (applied, parked): ([String], [(entry: String, isBehind: Bool)]) = ([], [])
        var blocked: Set<String> = []
        for entry in journal.map(\.entry.metadata) where subscription.selection.takes(entry) {
            if let record = entry.record, blocked.contains(record) {
                parked.append((entry.entry, true))
            } else if Self.isPoison(entry) {
                parked.append((entry.entry, false))
                if let record = entry.record { blocked.insert(record) }
            } else {
                applied.append(entry.entry)
            }
        }
        return (applied, parked)
    }

    /// Writers, two programs that both believe to lead, and something that goes wrong.
    func run(_ round: Int) async throws {
        let other = ward.store.engine == .sqlite ? nil : try ward.store.another()
        let second = try other.map { try ward.host(on: $0) } ?? ward.host
        var pace = Ward.quick
        pace.takesLease = false
        let runners = [ward.host, second].map { host in
            SubscriptionRunner(host: host, kinds: WardKinds.all, subscriptions: subscriptions, pace: pace)
        }
        let sealing = JournalSealing(office.database, look: .milliseconds(50))
        let sealed = Task { try await sealing.run() }
        var running = runners.map { runner in Task { try await runner.run() } }
        var chance = Chance(seed &+ UInt64(round))
        let half = (round - 1) * 25 + chance.below(25)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                let seed = chance.next()
                group.addTask { try await self.write(writer, seed: seed) }
            }
            // Somewhere among the writes.
            try await eventually { self.records.withLock { $0.count } >= half }
            switch chance.below(4) {
            case 0: running[0].cancel()
            case 1: ward.store.proxy?.loseAll()
            case 2:
                if let struck = ward.store.proxy?.strike(.loseAnswer(.commit)) { try? await struck.wait(seconds: 1) }
            default: await other?.close()
            }
            if round == 3 {
                try await ward.host(on: office.database).erasing(Ward.people[4], of: ward)
            }
            if chance.below(2) == 0 {
                _ = await running[0].cancelled()
                running[0] = Task { [runner = runners[0]] in try await runner.run() }
            }
            try await group.waitForAll()
        }
        ward.store.proxy?.heal()
        for task in running { _ = await task.cancelled() }
        _ = await sealed.cancelled()
        await other?.close()
    }

    private func write(_ writer: Int, seed: UInt64) async throws {
        var chance = Chance(seed)
        for number in 0..<25 {
            let organisation = Ward.organisations[chance.below(2)]
            let admin = ward.admin(of: organisation)
            let text = "\(writer) \(number)"
            let person = Ward.people[chance.below(6)]
            do {
                switch chance.below(7) {
                case 0, 1:
                    note(
                        try await office.store.create(WardKinds.remark, WardKinds.remark(text), about: person, by: admin), WardKinds.remark,
                        organisation)
                case 2: note(try await office.store.create(WardKinds.plan, WardKinds.remark(text), by: admin), WardKinds.plan, organisation)
                case 3:
                    let body = WardKinds.message(text, [person, Ward.people[0]])
                    note(try await office.store.create(WardKinds.message, body, by: admin), WardKinds.message, organisation)
                default: try await change(text, &chance)
                }
            } catch let failure as Failure where [.conflict, .invalid, .notFound].contains(failure.kind) {
                // Somebody else was faster, or the person is erased.
            }
        }
    }

    private func note(_ record: Record, _ kind: KindShape, _ organisation: Identifier) {
        records.withLock { $0.append(Made(organisation: organisation, kind: kind, id: record.id, version: record.version)) }
    }

    private func change(_ text: String, _ chance: inout Chance) async throws {
        let number = chance.below(1_000_000)
        let made = records.withLock { records in records.isEmpty ? nil : records[number % records.count] }
        guard let made else { return }
        let admin = ward.admin(of: made.organisation)
        if chance.below(3) == 0 {
            let event = try await WardKinds.told.entry(.init(verdict: text), of: made.id, version: made.version, by: admin, office)
            try await office.database.within(organisation: made.organisation.text).write { tx in try JournalWriter.append(event, tx) }
            return
        }
        guard made.kind.name != "message" else { return }
        let body = WardKinds.remark(text)
        let changed = try await office.store.update(made.kind, made.id, body, ifVersion: made.version, by: admin)
        records.withLock { records in
            if let index = records.firstIndex(where: { $0.id == made.id }) {
                records[index] = Made(organisation: made.organisation, kind: made.kind, id: made.id, version: changed.version)
            }
        }
    }
}

extension FeatureHost {
    fileprivate func erasing(_ person: Identifier, of ward: Ward) async throws {
        for organisation in Ward.organisations {
            _ = try await Erasure(keyring, kinds: WardKinds.all, database: database, world: .live)
                .erase(person.text, by: ward.admin(of: organisation))
        }
    }
}

extension Task where Failure == any Error {
    fileprivate func cancelled() async -> Result<Success, any Error> {
        cancel()
        return await result
    }
}

private struct Chance {
    private var random: Randomness

    init(_ seed: UInt64) { random = FixedWorld(seed: seed).world.random }

    mutating func next() -> UInt64 { random.next() }
    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
}

private final class Switch: Sendable {
    private let state = Mutex(true)
    var isOn: Bool { state.withLock { $0 } }
    func turnOff() { state.withLock { $0 = false } }
}
