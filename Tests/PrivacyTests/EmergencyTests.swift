import Access
import Base
import FeatureKit
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Privacy: access in emergencies", .timeLimit(.minutes(2)))
struct PrivacyEmergencyTests {
    private static let words = "Cayó en casa y no responde."

    @Test("it opens one person's data for an hour, tells whom it concerns, and is reviewed by another", arguments: EngineMatrix.all)
    func whole(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let store = house.feature.emergencies
            #expect(try await house.notes(of: house.ana, by: house.physician) == 0)
            let taken = try await store.take(of: house.ana, .danger, Self.words, by: house.physician)
            #expect(taken.access.role == "physician" && taken.access.state == .awaitingReview && taken.clinician == "dr-1")
            #expect(try await house.notes(of: house.ana, by: house.physician) == 1)
            #expect(try await house.perform() == ["privacy.notify"])
            #expect(house.told.notices.map(\.to) == [.account(house.ana), .holders(PrivacyFeature.reviewEmergency)])
            let told = try await house.ground.told()
            #expect(
                told.contains("created emergency_access") && told.contains("granted relation") && told.contains("published emergency.taken")
            )
            // The person sees who, and why, in their words.
            let seen = try await store.access(taken.id, by: house.own(house.ana))
            #expect(seen.access.words == Self.words && seen.clinician == "dr-1")
            try await house.waitUntilTold("listed note")
            let looks = try await store.looks(during: taken, in: "clinic")
            #expect(looks.contains { $0.verb == "listed" && $0.kind == "note" && $0.actor == "dr-1" })
            // Nobody reviews their own, even where they could review.
            let both = house.ground.standing("dr-1", ["physician", "organisation_admin"])
            #expect(
                await house.ground.failure { try await store.review(taken.id, isJustified: true, "Era necesario.", by: both) }
                    == "emergency_own")
            #expect(
                await house.ground.failure { try await store.review(taken.id, isJustified: true, "Era necesario.", by: house.physician) }
                    == "permission_missing")
            let reviewed = try await store.review(taken.id, isJustified: true, "Era necesario.", by: house.admin)
            #expect(reviewed.access.state == .justified && reviewed.access.reviewedBy == "admin-1" && reviewed.access.endedAt == nil)
            #expect(
                await house.ground.failure { try await store.review(taken.id, isJustified: false, "Otra vez no.", by: house.secondAdmin) }
                    == "emergency_reviewed")
            #expect(try await house.perform() == ["privacy.notify"])
            #expect(house.told.notices.last?.to == .account(house.ana) && house.told.notices.count == 3)
            // Its time passes by itself.
            house.clock.advance(by: .seconds(59 * 60))
            #expect(try await house.notes(of: house.ana, by: house.physician) == 1)
            house.clock.advance(by: .seconds(60))
            #expect(try await house.notes(of: house.ana, by: house.physician) == 0)
            #expect(await house.ground.failure { try await store.end(taken.id, by: house.physician) } == "emergency_over")
        }
    }

    @Test("it can be ended, and one that was not justified ends at once", arguments: EngineMatrix.all)
    func ending(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let store = house.feature.emergencies
            let first = try await store.take(of: house.ana, .other, Self.words, by: house.physician)
            #expect(
                await house.ground.failure { try await store.take(of: house.ana, .other, Self.words, by: house.physician) }
                    == "relation_overlaps")
            house.clock.advance(by: .seconds(5))
            for stranger in [house.visitor, house.therapist, house.own(house.ben)] {
                #expect(await house.ground.failure { try await store.end(first.id, by: stranger) } == "emergency_not_found")
            }
            #expect(await house.ground.failure { try await store.end(first.id, by: house.own(house.ana)) } == "access_denied")
            #expect(try await store.end(first.id, by: house.physician).access.endedAt == house.host.world.now())
            #expect(await house.ground.failure { try await store.end(first.id, by: house.admin) } == "emergency_over")
            #expect(try await house.notes(of: house.ana, by: house.physician) == 0)
            house.clock.advance(by: .seconds(5))
            let second = try await store.take(of: house.ana, .unableToAsk, Self.words, by: house.physician)
            #expect(try await house.notes(of: house.ana, by: house.physician) == 1)
            house.clock.advance(by: .seconds(5))
            let reviewed = try await store.review(second.id, isJustified: false, "Podía esperar.", by: house.admin)
            #expect(reviewed.access.endedAt == house.host.world.now() && !reviewed.access.isOpen(at: house.host.world.now()))
            #expect(try await house.notes(of: house.ana, by: house.physician) == 0)
            // What waits comes first, whenever it was.
            let listed = try await store.accesses(try PageRequest(), by: house.admin).items
            #expect(listed.map(\.id) == [first.id, second.id] && listed[0].access.state == .awaitingReview)
            #expect(try await store.accesses(try PageRequest(), by: house.therapist).items.isEmpty)
            #expect(try await store.accesses(of: house.ana, try PageRequest(), by: house.own(house.ana)).items.count == 2)
        }
    }

    @Test("only in a role of one's own, by whoever may, on somebody who is there", arguments: EngineMatrix.all)
    func refusals(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let store = house.feature.emergencies
            for stranger in [house.therapist, house.visitor, house.admin, house.own(house.ben), house.researcher] {
                for person in [house.ana, house.unknown] {
                    #expect(
                        await house.ground.failure { try await store.take(of: person, .danger, Self.words, by: stranger) }
                            == "permission_missing")
                }
            }
            for role: RoleName in ["organisation_admin", "field_agent", "patient", "nobody"] {
                #expect(
                    await house.ground.failure { try await store.take(of: house.ana, .danger, Self.words, as: role, by: house.physician) }
                        == "emergency_role")
            }
            let asTherapist = try await store.take(of: house.ana, .danger, Self.words, as: "therapist", by: house.physician)
            let agent = house.ground.standing("agent-1", ["field_agent"])
            let asAgent = try await store.take(of: house.ana, .danger, Self.words, by: agent)
            #expect([asTherapist.access.role, asAgent.access.role] == ["therapist", "field_agent"])
            #expect(
                await house.ground.failure { try await store.take(of: house.unknown, .danger, Self.words, by: house.physician) }
                    == "subject_not_found")
            #expect(
                await house.ground.failure { try await store.take(of: "dr-1", .danger, Self.words, by: house.physician) }
                    == "relation_to_oneself")
            // Nothing of what was refused is left.
            let left = try await store.accesses(try PageRequest(), by: house.admin).items
            #expect(left.count == 2)
        }
    }

    @Test("over HTTP: taken once however often it is asked, listed, ended, reviewed", arguments: EngineMatrix.all)
    func routes(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let body = #"{"person":"\#(house.ana)","reason":"danger","words":"\#(Self.words)"}"#
            let first = await house.post("/api/v1/emergency-access/", body, as: house.physician, key: "0123456789abcdef")
            let again = await house.post("/api/v1/emergency-access/", body, as: house.physician, key: "0123456789abcdef")
            #expect(first.status == 201 && first.bytes == again.bytes && again.status == 201 && first.location == again.location)
            let id = try #require(first.json["id"]?.string)
            let listed = await house.get("/api/v1/emergency-access/", as: house.admin)
            #expect(listed.json["items"]?.array?.count == 1 && listed.json["items"]?[0]?["is_open"]?.bool == true)
            #expect(await house.get("/api/v1/emergency-access/\(id)", as: house.visitor).status == 404)
            #expect(await house.get("/api/v1/emergency-access/\(house.unknown)", as: house.visitor).status == 404)
            #expect(
                await house.post("/api/v1/emergency-access/\(id)/review", #"{"justified":true,"words":"Sí, lo era."}"#, as: house.visitor)
                    .status == 403)
            #expect(await house.post("/api/v1/emergency-access/\(id)/end", as: house.visitor).status == 404)
            house.clock.advance(by: .seconds(2))
            #expect(await house.post("/api/v1/emergency-access/\(id)/end", as: house.physician).json["is_open"]?.bool == false)
            let reviewed = await house.post(
                "/api/v1/emergency-access/\(id)/review", #"{"justified":true,"words":"Sí, lo era."}"#, as: house.admin)
            #expect(reviewed.json["state"]?.string == "justified")
            #expect(await house.get("/api/v1/emergency-access/\(id)/looks", as: house.admin).status == 200)
            #expect(await house.get("/api/v1/emergency-access/\(id)/looks", as: house.visitor).status == 404)
            for bad in [
                "", "[]", "{}", #"{"person":"x","reason":"danger","words":"largo bastante"}"#, body.replacing("danger", with: "fun"),
                body.replacing(Self.words, with: "corto"), body.replacing("}", with: #","more":1}"#),
            ] {
                let answer = await house.post("/api/v1/emergency-access/", bad, as: house.physician)
                #expect([400, 422].contains(answer.status), "\(bad) \(answer.status)")
            }
            for bad in ["{}", #"{"justified":"yes","words":"Sí, lo era."}"#, #"{"justified":true,"words":"x"}"#] {
                #expect(await house.post("/api/v1/emergency-access/\(id)/review", bad, as: house.admin).status == 422)
            }
        }
    }
}
