import Access
import Base
import FeatureKit
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Privacy: who sees what", .timeLimit(.minutes(2)))
struct PrivacyExplainTests {
    @Test("it says who may read and why, and who did; to whom it may", arguments: EngineMatrix.all)
    func explaining(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            try await house.relate("therapist-1", as: "therapist", to: house.ana)
            try await house.relate("mother-1", as: "caregiver", to: house.ana)
            #expect(try await house.notes(of: house.ana, by: house.therapist) == 1)
            try await house.waitUntilTold("listed note")
            for asker in [house.own(house.ana), house.guardian, house.admin, house.auditor] {
                let answer = await house.get("/api/v1/access/explain?person=\(house.ana)", as: asker)
                #expect(answer.status == 200, "\(asker.caller.actor) \(answer.text)")
                let readers = answer.json["may_read"]?.array ?? []
                let therapist = try #require(readers.first { $0["account"]?.string == "therapist-1" })
                #expect(therapist["because"]?.string == "They belong to the team that cares for the person.")
                #expect(Set((therapist["kinds"]?.array ?? []).compactMap(\.string)) == ["note", "chart", "consent"])
                let admins = try #require(readers.first { $0["role"]?.string == "organisation_admin" })
                #expect(admins["account"]?.isNull == true && admins["kinds"]?.array?.compactMap(\.string).contains("note") == true)
                #expect(!readers.contains { $0["role"]?.string == "researcher" || $0["role"]?.string == "privacy_keeper" })
                let did = answer.json["did_read"]?.array ?? []
                #expect(
                    did.contains { $0["actor"]?.string == "therapist-1" && $0["verb"]?.string == "listed" && $0["kind"]?.string == "note" })
                #expect(!did.contains { $0["actor"]?.string == house.ana.text })
            }
            try await house.feature.consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana))
            let agreed = await house.get("/api/v1/access/explain?person=\(house.ana)&kind=chart", as: house.own(house.ana))
            let research = try #require(agreed.json["may_read"]?.array?.first { $0["role"]?.string == "researcher" })
            #expect(research["explanation"]?.array?.compactMap(\.string).contains { $0.contains("agrees to “research”") } == true)
        }
    }

    @Test("of one record it says the same, and nothing of another person's", arguments: EngineMatrix.all)
    func records(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let note = try await house.host.store.list(Note.kind.shape, try PageRequest(), by: house.admin).items[0]
            let base = "/api/v1/access/explain?person="
            let answer = await house.get("\(base)\(house.ana)&kind=note&record=\(note.id)", as: house.own(house.ana), .spanish)
            #expect(answer.status == 200 && answer.json["may_read"]?[0]?["because"]?.string == "Son sus datos.")
            for target in [
                "\(base)\(house.ben)&kind=note&record=\(note.id)", "\(base)\(house.ben)&kind=nothing",
                "\(base)\(house.ben)&record=\(note.id)",
                "\(base)\(house.ben)&kind=exercise", "\(base)\(house.ben)&kind=note&record=\(house.unknown)",
            ] {
                #expect(await house.get(target, as: house.own(house.ben)).status == 404, "\(target)")
            }
            for target in ["/api/v1/access/explain", "\(base)x", "\(base)\(house.ana)&limit=0", "\(base)\(house.ana)&after=*"] {
                #expect(await house.get(target, as: house.own(house.ana)).status == 400, "\(target)")
            }
        }
    }

    @Test("whom it names can read, and whom it does not name cannot: it asks the rules that reading asks", arguments: EngineMatrix.all)
    func agreement(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let roles: [RoleName] = ["therapist", "physician", "field_agent", "coordinator", "caregiver", "auditor", "researcher"]
            for (number, role) in roles.enumerated() {
                try await house.relate(try Identifier("account-\(number)"), as: role, to: house.ana)
            }
            let consent = try await house.feature.consents.give(.research, textVersion: 1, of: house.ana, by: house.own(house.ana))
            let records = [
                (
                    kind: Note.kind.shape,
                    id: try await house.host.store.list(Note.kind.shape, try PageRequest(), by: house.admin).items[0].id
                ),
                (kind: Consent.kind.shape, id: consent.id),
                (
                    kind: Samples.chart,
                    id: try await house.host.store.list(Samples.chart, try PageRequest(), by: house.own(house.ana)).items[0].id
                ),
            ]
            for (kind, id) in records {
                let answer = await house.get("/api/v1/access/explain?person=\(house.ana)&kind=\(kind.name)&record=\(id)", as: house.auditor)
                let readers = answer.json["may_read"]?.array ?? []
                for number in roles.indices {
                    let (related, other) = (
                        house.ground.standing(try Identifier("account-\(number)"), [roles[number]]),
                        house.ground.standing("somebody", [roles[number]])
                    )
                    let isRead = await house.ground.failure { try await house.host.store.read(kind, id, by: related) } == nil
                    // What the role gives without the relation stands with the role: the relation makes nobody its holder.
                    let byRole = await house.ground.failure { try await house.host.store.read(kind, id, by: other) } == nil
                    let named = readers.contains { $0["account"]?.string == "account-\(number)" }
                    #expect(named == (isRead && !byRole), "\(kind.name) \(roles[number])")
                }
                for role in house.host.roles.names {
                    let standing = house.ground.standing("somebody", [role])
                    let isRead = await house.ground.failure { try await house.host.store.read(kind, id, by: standing) } == nil
                    let named = readers.contains { $0["account"]?.isNull == true && $0["role"]?.string == role.text }
                    #expect(named == isRead, "\(kind.name) \(role)")
                }
            }
        }
    }

    @Test("the list of looks goes on page by page, and nothing comes twice")
    func pages() async throws {
        try await House.with { house in
            try await house.relate("therapist-1", as: "therapist", to: house.ana)
            for _ in 0..<7 { _ = try await house.notes(of: house.ana, by: house.therapist) }
            try await house.waitUntilTold("listed note", times: 7)
            var (target, numbers) = ("/api/v1/access/explain?person=\(house.ana)&limit=3", 0)
            for _ in 0..<5 {
                let answer = await house.get(target, as: house.own(house.ana))
                numbers += answer.json["did_read"]?.array?.filter { $0["actor"]?.string == "therapist-1" }.count ?? 0
                guard let next = answer.json["next"]?.string else { break }
                target = "/api/v1/access/explain?person=\(house.ana)&limit=3&after=\(next)"
            }
            #expect(numbers == 7)
        }
    }
}
