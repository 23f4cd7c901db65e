import Access
import Base
import FeatureKit
import HTTPTypes
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing
import Web

@Suite("Privacy: what nobody learns", .timeLimit(.minutes(2)))
struct PrivacySilenceTests {
    /// Every way of naming a person.
    private static let ways: [(HTTPRequest.Method, String, String)] = [
        (.get, "/api/v1/consents?subject=PERSON", ""),
        (.post, "/api/v1/consents/give", #"{"person":"PERSON","purpose":"research","text_version":1}"#),
        (.post, "/api/v1/consents/give", #"{"person":"PERSON","purpose":"research","text_version":9}"#),
        (.post, "/api/v1/consents/withdraw", #"{"person":"PERSON","purpose":"research"}"#),
        (.get, "/api/v1/emergency-access?person=PERSON", ""),
        (.post, "/api/v1/emergency-access", #"{"person":"PERSON","reason":"danger","words":"Cayó y no responde."}"#),
        (.get, "/api/v1/access/explain?person=PERSON", ""), (.get, "/api/v1/access/explain?person=PERSON&kind=note", ""),
        (.get, "/api/v1/access/explain?person=PERSON&kind=nothing", ""),
        (.get, "/api/v1/access/explain?person=PERSON&kind=note&record=NOTE", ""),
        (.post, "/api/v1/my-data/exports?person=PERSON", ""), (.get, "/api/v1/my-data/exports?person=PERSON", ""),
        (.get, "/privacy?person=PERSON", ""), (.post, "/privacy/consents", "person=PERSON&was-research=off&research=on&version-research=1"),
        (.post, "/privacy/exports", "person=PERSON"), (.post, "/privacy/emergency", "person=PERSON&reason=danger&words=0123456789"),
        (.post, "/privacy/erasure", "person=PERSON"),
    ]

    @Test("nobody without right learns by status, code or body whether there is such a person", arguments: EngineMatrix.all)
    func existence(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let note = try await house.host.store.list(Note.kind.shape, try PageRequest(), by: house.admin).items[0].id
            let strangers = [
                house.visitor, house.own(house.ben), house.therapist, house.researcher, house.ground.standing("agent-2", ["caregiver"]),
                house.ground.standing("admin-1", ["patient", "therapist"]),
            ]
            var tried = 0
            for stranger in strangers {
                for (method, target, body) in Self.ways {
                    var answers: [House.Answer] = []
                    for person in [house.ana, house.unknown] {
                        func filled(_ text: String) -> String {
                            text.replacing("PERSON", with: person.text).replacing("NOTE", with: note)
                        }
                        var fields: HTTPFields = [:]
                        fields[.idempotencyKey] = house.host.world.id(of: House.self).description
                        answers.append(await house.ask(method, filled(target), filled(body), fields, as: stranger))
                    }
                    #expect(answers[0].status == answers[1].status, "\(method) \(target) \(stranger.caller.actor)")
                    #expect(answers[0].code == answers[1].code && answers[0].bytes == answers[1].bytes, "\(method) \(target)")
                    #expect(answers[0].status < 500)
                    tried += 1
                }
            }
            #expect(tried == strangers.count * Self.ways.count)
            // And nothing came of it.
            #expect(try await house.feature.consents.consents(of: house.ana, by: house.own(house.ana)).isEmpty)
            #expect(try await house.feature.exports.exports(of: house.ana, by: house.own(house.ana)).isEmpty)
            #expect(try await house.charts(by: house.researcher) == 0)
        }
    }

    @Test("another organisation's people see nothing of this one's", arguments: EngineMatrix.all)
    func elsewhere(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let everything = Set(house.host.roles.names)
            let stranger = house.ground.standing("admin-9", everything, in: "hospital")
            let taken = try await house.feature.emergencies.take(of: house.ana, .danger, "Cayó y no responde.", by: house.physician)
            #expect(await house.get("/api/v1/emergency-access/\(taken.id)", as: stranger).status == 404)
            #expect(await house.post("/api/v1/emergency-access/\(taken.id)/end", as: stranger).status == 404)
            let explained = await house.get("/api/v1/access/explain?person=\(house.ana)", as: stranger)
            #expect(explained.json["did_read"]?.array?.isEmpty == true)
            #expect(explained.json["may_read"]?.array?.contains { $0["account"]?.string == "dr-1" } == false)
            let body = #"{"person":"\#(house.ana)","reason":"danger","words":"Cayó y no responde."}"#
            #expect(await house.post("/api/v1/emergency-access", body, as: stranger).status == 404)
        }
    }
}
