import Access
import Base
import Keys
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing
import Transparency

/// What a subscription is given, and what becomes of what it refuses.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionTests {
    @Test("bodies arrive open, erased, closed or as none; an event as it was published", arguments: EngineMatrix.all)
    func bodies(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            let admin = ward.admin(of: "clinic")
            let (one, two) = (Ward.people[0], Ward.people[1])
            let remark = try await ward.remark("Camina", about: one)
            _ = try await ward.remark("Corre", about: two)
            let message = try await ward.host.store.create(WardKinds.message, WardKinds.message("Hola", [one, two]), by: admin)
            _ = try await ward.host.store.create(WardKinds.chart, WardKinds.remark("Rodilla"), about: one, by: admin)
            let event = try await WardKinds.told.entry(.init(verdict: "rejected"), of: remark.id, version: 1, by: admin, ward.host)
            try await ward.host.database.within(organisation: "clinic").write { tx in try JournalWriter.append(event, tx) }
            try await ward.erase(one, in: "clinic")
            let closed = Ward.listening(
                "ward.closed", to: .changes(of: ["remark"], openingBodies: false))
            try await ward.running([Ward.listening(), closed]) {
                try await ward.caughtUp()
                try await ward.caughtUp("ward.closed")
            }
            let heard = try await ward.heard()
            #expect(
                heard.map(\.body) == [
                    "erased", #"{"text":"Corre"}"#, String(decoding: message.body, as: UTF8.self),
                    // What the law makes us keep of the erased is nobody's to work with.
                    "erased", #"{"verdict":"rejected"}"#, "none",
                ])
            let published = try #require(heard.first { $0.body.contains("verdict") })
            #expect(try WardKinds.told.value(from: Array(published.body.utf8)).verdict == "rejected")
            #expect(try await ward.heard("ward.closed").map(\.body) == ["closed", "closed"])
            #expect(try await ward.heard(in: "hospital").isEmpty)
        }
    }

    @Test("a body of an older shape arrives in the present one; of a newer one it waits", arguments: EngineMatrix.all)
    func shapes(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            _ = try await ward.remark("Camina")
            let later = [WardKinds.laterRemark, WardKinds.plan]
            try await ward.running([Ward.listening()], kinds: later) { try await ward.caughtUp() }
            #expect(try await ward.heard().map(\.body) == [#"{"words":"Camina","mood":"calm"}"#])
            _ = try await ward.host.store.create(
                WardKinds.laterRemark, Array(#"{"words":"Corre","mood":"glad"}"#.utf8), about: Ward.people[0],
                by: ward.admin(of: "clinic"))
            _ = try await ward.remark("En el hospital", in: "hospital")
            try await ward.running([Ward.listening()]) {
                try await eventually { try await ward.heard(in: "hospital").count == 1 }
                #expect(try await ward.heard().count == 1)
                #expect(try await ward.parked().isEmpty)
            }
            try await ward.running([Ward.listening()], kinds: later) { try await ward.caughtUp() }
            #expect(try await ward.heard().count == 2)
        }
    }

    @Test("now is fixed at the first start, the beginning is everything", arguments: EngineMatrix.all)
    func starts(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            let before = try await ward.remark("Antes")
            let now = Ward.listening("ward.now", from: .now)
            try await ward.running([now]) { try await ward.caughtUp("ward.now") }
            let missed = try await ward.remark("Entre")
            try await ward.running([now, Ward.listening()]) {
                try await ward.caughtUp("ward.now")
                try await ward.caughtUp()
            }
            #expect(try await ward.heard("ward.now").map(\.record) == [missed.id])
            #expect(try await ward.heard().map(\.record) == [before.id, missed.id])
        }
    }

    @Test("an altered body is parked with that reason and holds up its record alone", arguments: EngineMatrix.all)
    func altered(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            let admin = ward.admin(of: "clinic")
            let record = try await ward.remark("Camina")
            _ = try await ward.host.store.update(WardKinds.remark, record.id, WardKinds.remark("Corre"), ifVersion: 1, by: admin)
            let other = try await ward.remark("Salta")
            switch engine {
            case .sqlite:
                try await ward.host.database.write { tx in
                    try tx.execute("DROP TRIGGER journal_entries_stay")
                    try tx.execute("UPDATE journal_entries SET body = \([UInt8]([0, 1, 2])) WHERE version = 1 AND record = \(record.id)")
                }
            case .postgres, .pooled:
                try ward.store.superuser().run(
                    "UPDATE journal_entries SET body = '\\x00112233' WHERE version = 1 AND record = '\(record.id)'")
            }
            try await ward.running([Ward.listening()]) { try await ward.caughtUp() }
            #expect(try await ward.heard().map(\.record) == [other.id])
            let parked = try await ward.parked()
            #expect(parked.map(\.code) == ["record_altered", "waits_behind"] && parked.map(\.version) == [1, 2])
            #expect(parked.map(\.isBehind) == [false, true])
        }
    }

    @Test(
        "what is refused is undone and parked with those behind it; retried, each takes effect once in order", arguments: EngineMatrix.all)
    func parking(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            let admin = ward.admin(of: "clinic")
            let record = try await ward.remark("Uno")
            let other = try await ward.remark("Otro")
            let third = try await ward.remark("Tercero")
            for (id, version) in [(record.id, 1), (other.id, 1), (record.id, 2), (third.id, 1)] {
                _ = try await ward.host.store.update(
                    WardKinds.remark, id, WardKinds.remark("Más \(version)"), ifVersion: Int64(version), by: admin)
            }
            let refused = Mutex<Set<String>>(["\(record.id) 2", "\(third.id) 1"])
            let listener = Ward.listening { heard in
                refused.withLock { $0.contains("\(heard.metadata.record ?? "") \(heard.metadata.version)") }
            }
            let entries = ParkedEntries(ward.host.database)
            try await ward.running([listener]) {
                try await ward.caughtUp()
                #expect(try await ward.heard().map(\.record) == [record.id, other.id, other.id])
                let parked = try await ward.parked()
                #expect(parked.map(\.code) == ["poison", "poison", "waits_behind", "waits_behind"])
                #expect(parked.map(\.record) == [third.id, record.id, record.id, third.id])
                #expect(try await SubscriptionLag.all(in: ward.host.database, at: World.live.now()).map(\.parked) == [4])

                // What is written meanwhile waits too, and a retry that fails leaves it so.
                _ = try await ward.host.store.update(WardKinds.remark, record.id, WardKinds.remark("Fin"), ifVersion: 3, by: admin)
                #expect(try await entries.retry(.init(of: "ward.listener", in: "clinic", at: parked[1].position)) == 1)
                try await ward.caughtUp()
                #expect(try await ward.parked().map(\.tries) == [1, 2, 0, 0, 0])
                #expect(try await ward.heard().count == 3)

                refused.withLock { _ = $0.remove("\(record.id) 2") }
                // Asked of one that waits: the one before it is meant.
                #expect(try await entries.retry(.init(of: "ward.listener", in: "clinic", at: parked[2].position)) == 1)
                try await ward.caughtUp()
                let heard = try await ward.heard()
                #expect(heard.map(\.record) == [record.id, other.id, other.id, record.id, record.id, record.id])
                #expect(heard.suffix(3).map(\.body) == ["Más 1", "Más 2", "Fin"].map { #"{"text":"\#($0)"}"# })
                #expect(try await ward.parked().map(\.record) == [third.id, third.id])

                let waiting = try await ward.parked()[1]
                await #expect(throws: Failure.self) {
                    try await entries.skip("ward.listener", in: "clinic", at: waiting.position)
                }
                #expect(try await entries.skip("ward.listener", in: "clinic", at: parked[0].position)?.record == third.id)
                try await ward.caughtUp()
                #expect(try await ward.parked().isEmpty)
                #expect(try await ward.heard().last?.entry == waiting.entry)
                #expect(try await SubscriptionLag.all(in: ward.host.database, at: World.live.now()).map(\.parked) == [0])
            }
        }
    }

    @Test("what may pass is waited for, and other organisations go on", arguments: EngineMatrix.all)
    func waiting(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            let busy = BusySwitch()
            let listener = Ward.listening { heard in
                if heard.metadata.tenant == "clinic", busy.isOn { throw Failure.overloaded(Text(verbatim: "test")).asElsewhere }
                return false
            }
            _ = try await ward.remark("Uno")
            _ = try await ward.remark("Dos", in: "hospital")
            try await ward.running([listener]) {
                try await eventually { try await ward.heard(in: "hospital").count == 1 }
                try await eventually { busy.count > 2 }
                #expect(try await ward.parked().isEmpty)
                #expect(try await ward.heard().isEmpty)
                busy.turnOff()
                try await ward.caughtUp()
                #expect(try await ward.heard().count == 1)
            }
        }
    }

    @Test("a conflict is tried a few times before it is parked", arguments: EngineMatrix.all)
    func conflicts(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            _ = try await ward.remark("Uno")
            let listener = Ward.listening { _ in throw Failure(.conflict, "taken", Text(es: "Ocupado.", en: "Taken.")) }
            try await ward.running([listener]) { try await ward.caughtUp() }
            let parked = try await ward.parked()
            #expect(parked.map(\.code) == ["taken"] && parked.map(\.tries) == [3])
            #expect(try await ward.heard().isEmpty)
        }
    }

    @Test("an organisation that is created while it runs is heard", arguments: EngineMatrix.all)
    func newOrganisation(_ engine: EngineMatrix) async throws {
        try await Ward.with(engine) { ward in
            try await ward.running([Ward.listening()]) {
                _ = try await ward.remark("Uno")
                try await ward.caughtUp()
                try await ward.host.keyring.establish("centre")
                _ = try await ward.host.store.create(WardKinds.plan, WardKinds.remark("Plan"), by: ward.admin(of: "centre"))
                try await ward.caughtUp()
                #expect(try await ward.heard(in: "centre").map(\.body) == [#"{"text":"Plan"}"#])
            }
        }
    }
}

/// Says no until it is turned off, and counts.
private final class BusySwitch: Sendable {
    private let state = Mutex((isOn: true, count: 0))

    var isOn: Bool {
        state.withLock { state in
            state.count += 1
            return state.isOn
        }
    }

    var count: Int { state.withLock { $0.count } }

    func turnOff() { state.withLock { $0.isOn = false } }
}

extension Failure {
    fileprivate var asElsewhere: Failure { Failure(kind, "busy_elsewhere", message) }
}
