import Access
import Base
import FeatureKit
import Keys
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Privacy: consents", .timeLimit(.minutes(2)))
struct PrivacyConsentTests {
    @Test("research reads where a consent stands, and not a moment longer; nothing of it is lost", arguments: EngineMatrix.all)
    func research(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let (consents, own) = (house.feature.consents, house.own(house.ana))
            #expect(try await house.charts(by: house.researcher) == 0)
            let given = try await consents.give(.research, textVersion: 1, of: house.ana, by: own)
            #expect(given.consent.capacity == .own && given.consent.way == .page && given.consent.stands && given.version == 1)
            #expect(try await house.charts(by: house.researcher) == 1)
            let listed = try await house.host.store.list(Samples.chart, try PageRequest(), by: house.researcher)
            #expect(try await house.host.store.read(Samples.chart, listed.items[0].id, by: house.researcher).version == 1)
            // Said again it is what it was.
            #expect(try await consents.give(.research, textVersion: 1, of: house.ana, by: own) == given)
            house.clock.advance(by: .seconds(60))
            try await consents.withdraw(.research, of: house.ana, by: own)
            try await consents.withdraw(.research, of: house.ana, by: own)
            #expect(try await house.charts(by: house.researcher) == 0)
            #expect(
                await house.ground.failure { try await house.host.store.read(Samples.chart, listed.items[0].id, by: house.researcher) }
                    == "record_not_found")
            let after = try await consents.consents(of: house.ana, by: own)
            #expect(after.count == 1 && after.first?.version == 2 && after.first?.consent.withdrawnBy == house.ana.text)
            let again = try await consents.give(.research, textVersion: 1, of: house.ana, by: own)
            #expect(again.version == 3 && again.id == given.id)
            #expect(try await house.charts(by: house.researcher) == 1)
            let history = try await house.host.store.history(Consent.kind.shape, given.id, by: own)
            #expect(history.map(\.version) == [1, 2, 3])
            #expect(
                try await house.ground.told().filter { $0.hasPrefix("published consent.") } == [
                    "published consent.given", "published consent.withdrawn", "published consent.given",
                ])
        }
    }

    @Test("a person, their guardian and staff with them decide; others are refused, whoever it is about", arguments: EngineMatrix.all)
    func deciding(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            try await house.relate("mother-1", as: "caregiver", to: house.ana)
            try await house.relate("therapist-1", as: "therapist", to: house.ana)
            let consents = house.feature.consents
            let byGuardian = try await consents.give(.keepVideo, textVersion: 1, of: house.ana, by: house.guardian)
            #expect(byGuardian.consent.capacity == .guardian && byGuardian.consent.givenBy == "mother-1")
            let byStaff = try await consents.give(.evaluation, textVersion: 1, of: house.ana, by: house.therapist)
            #expect(byStaff.consent.capacity == .staff && byStaff.consent.way == .inPerson)
            #expect(try await consents.give(.messages, textVersion: 1, of: house.ana, by: house.admin).consent.capacity == .staff)
            try await consents.withdraw(.evaluation, of: house.ana, by: house.own(house.ana))
            #expect(try await consents.consents(of: house.ana, by: house.guardian).filter(\.consent.stands).count == 2)
            let strangers = [
                house.visitor, house.researcher, house.auditor, house.physician, house.own(house.ben),
                house.ground.standing("therapist-2", ["therapist"]), house.ground.standing(house.ana, ["patient"], in: "hospital"),
            ]
            for stranger in strangers where stranger.caller.tenant == "clinic" {
                for person in [house.ana, house.unknown] {
                    for version in [1, 7] {
                        #expect(
                            await house.ground.failure {
                                try await consents.give(.research, textVersion: version, of: person, by: stranger)
                            } == "access_denied", "\(stranger.caller)")
                    }
                    #expect(
                        await house.ground.failure { try await consents.withdraw(.keepVideo, of: person, by: stranger) } == "access_denied")
                }
            }
            // In another organisation they are nobody yet.
            #expect(
                await house.ground.failure { try await consents.give(.research, textVersion: 1, of: house.ana, by: strangers[6]) }
                    == "subject_not_found")
            #expect(try await consents.consents(of: house.ana, by: house.own(house.ana)).count == 3)
        }
    }

    @Test("what is agreed to is the text that was shown, and a consent is never deleted")
    func texts() async throws {
        try await House.with { house in
            let (consents, own) = (house.feature.consents, house.own(house.ana))
            for version in [0, 2, 1_000] {
                let code = await house.ground.failure { try await consents.give(.sharing, textVersion: version, of: house.ana, by: own) }
                #expect(code == "consent_text_changed" || version == 0, "\(version) \(code ?? "")")
            }
            let given = try await consents.give(.sharing, textVersion: 1, of: house.ana, by: own)
            #expect(
                await house.ground.failure { try await house.host.store.delete(Consent.kind.shape, given.id, ifVersion: 1, by: own) }
                    == "consent_is_withdrawn")
        }
    }

    @Test("of several who give at once one makes the record, and all are answered", arguments: EngineMatrix.all)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let versions = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await house.feature.consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana)).version
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(versions == [1, 1, 1, 1])
            #expect(try await house.feature.consents.consents(of: house.ana, by: house.own(house.ana)).count == 1)
        }
    }

    @Test("who turns out to be the same person agrees, and withdraws, under both ids", arguments: EngineMatrix.all)
    func merged(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let consents = house.feature.consents
            try await consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana))
            try await Subjects(house.host.database, house.host.keyring, world: house.host.world).merge(
                house.ana, into: house.ben, by: house.admin)
            // What was agreed to for one record file still holds for it; the other file was not asked about.
            #expect(try await house.charts(by: house.researcher) == 1)
            let standing = Standing(
                Caller(actor: house.ben, tenant: "clinic", roles: ["patient"]), by: house.host.roles, at: house.host.world.now(),
                aliases: [house.ana])
            try await consents.withdraw(.research, of: house.ben, by: standing)
            #expect(try await house.charts(by: house.researcher) == 0)
            let given = try await consents.give(.research, textVersion: 1, of: house.ana, by: standing)
            #expect(given.person == house.ben.text)
            #expect(try await house.charts(by: house.researcher) == 1)
        }
    }

    @Test("erasing somebody takes what they agreed to along", arguments: EngineMatrix.all)
    func erased(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            try await house.feature.consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana))
            let erasure = Erasure(
                house.host.keyring, kinds: House.manifests.flatMap(\.kinds), database: house.host.database, world: house.host.world)
            try await erasure.erase(house.ana.text, by: house.admin)
            let left = try await house.ground.rows.first("SELECT count(*) AS many FROM access_consents") { try $0["many"] as Int64 }
            #expect(left == 0)
            #expect(
                await house.ground.failure {
                    try await house.feature.consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana))
                } == "subject_erased")
        }
    }
}
