import Access
import Base
import FeatureKit
import HTTPTypes
import Keys
import Privacy
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Privacy: one's own data", .timeLimit(.minutes(2)))
struct PrivacyOwnDataTests {
    @Test("a copy is asked for, made, fetched, told, and gone after a week", arguments: EngineMatrix.all)
    func copies(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            try await house.relate("mother-1", as: "caregiver", to: house.ana)
            let own = house.own(house.ana)
            let asked = await house.post("/api/v1/my-data/exports/", as: own, key: "0123456789abcdef")
            #expect(asked.status == 202 && asked.json["state"]?.string == "waiting")
            #expect(await house.post("/api/v1/my-data/exports/", as: own, key: "0123456789abcdef").bytes == asked.bytes)
            // While one is being made, that is the one.
            #expect(await house.post("/api/v1/my-data/exports/?person=\(house.ana)", as: house.guardian).json["id"] == asked.json["id"])
            let id = try #require(asked.json["id"]?.string)
            #expect(await house.get("/api/v1/my-data/exports/\(id)/file", as: own).status == 409)
            #expect(try await house.perform() == ["privacy.export"])
            let ready = await house.get("/api/v1/my-data/exports/\(id)", as: own)
            #expect(ready.json["state"]?.string == "ready")
            for reader in [own, house.guardian] {
                let file = await house.get("/api/v1/my-data/exports/\(id)/file", as: reader)
                let lines = file.text.split(separator: "\n")
                #expect(file.status == 200 && ready.json["bytes"]?.integer == file.bytes.count)
                #expect(lines.count - 1 == ready.json["entries"]?.integer && lines.count > 3)
                #expect(lines[0].contains("zancada subject export 1") && lines[0].contains(house.ana.text))
                #expect(lines.contains { $0.contains("Sin hallazgos.") })
                for line in lines { #expect(throws: Never.self) { try JSON.parse(Array(line.utf8)) } }
            }
            let told = try await house.ground.told()
            #expect(told.contains("exported subject") && told.filter { $0 == "exported own_data" }.count == 2)
            // Nothing of it stands in clear.
            let bodies = try await house.ground.rows.rows("SELECT body FROM privacy_export_parts") { try $0["body"] as [UInt8] }
            #expect(!bodies.isEmpty && bodies.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("zancada") })
            // To others it is as one that is not there.
            for stranger in [house.own(house.ben), house.admin, house.visitor] {
                for target in [
                    "/api/v1/my-data/exports/\(id)", "/api/v1/my-data/exports/\(house.unknown)", "/api/v1/my-data/exports/\(id)/file",
                ] {
                    let answer = await house.get(target, as: stranger)
                    #expect(answer.status == 404 && answer.code == "export_not_found")
                }
            }
            house.clock.advance(by: .seconds(7 * 86_400))
            #expect(await house.get("/api/v1/my-data/exports/\(id)/file", as: own).status == 404)
            try await house.ring("privacy.tidy")
            for table in ["privacy_exports", "privacy_export_parts"] {
                #expect(try await house.ground.rows.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] as Int64 } == 0)
            }
        }
    }

    @Test("copies are few, and a job that is begun again makes the same one", arguments: EngineMatrix.all)
    func bounds(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let (exports, own) = (house.feature.exports, house.own(house.ana))
            for _ in 0..<5 {
                _ = try await exports.ask(for: house.ana, by: own)
                try await house.perform()
            }
            #expect(await house.ground.failure { try await exports.ask(for: house.ana, by: own) } == "too_many_exports")
            #expect(try await exports.exports(of: house.ana, by: own).map(\.state) == Array(repeating: .ready, count: 5))
            // A person about whom nothing is known asks in vain.
            #expect(await house.ground.failure { try await exports.ask(for: "visitor-1", by: house.visitor) } == "subject_not_found")
        }
    }

    @Test("who is erased while a copy is made gets none, and none is left behind", arguments: EngineMatrix.all)
    func erasedMeanwhile(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            _ = try await house.feature.exports.ask(for: house.ana, by: house.own(house.ana))
            let erasure = Erasure(
                house.host.keyring, kinds: House.manifests.flatMap(\.kinds), database: house.host.database, world: house.host.world)
            try await erasure.erase(house.ana.text, by: house.admin)
            try await house.perform()
            #expect(try await house.ground.rows.first("SELECT count(*) AS many FROM privacy_exports") { try $0["many"] as Int64 } == 0)
        }
    }

    @Test("whoever asks to be erased has two weeks, is told what is kept, and is then gone", arguments: EngineMatrix.all)
    func erasure(_ engine: EngineMatrix) async throws {
        try await House.with(engine) { house in
            let own = house.own(house.ana)
            let before = await house.get("/api/v1/my-data/erasure", as: own)
            #expect(before.json["state"]?.string == "none" && before.json["days"]?.integer == 14)
            #expect(before.json["kept"]?.array?.count == 1 && before.json["kept"]?[0]?["kind"]?.string == "chart")
            #expect(before.json["kept"]?[0]?["until"]?.string?.hasPrefix("2031-01-01") == true)
            let asked = await house.post("/api/v1/my-data/erasure/", as: own)
            #expect(asked.json["state"]?.string == "asked" && asked.json["due_at"]?.string?.hasPrefix("2026-01-15") == true)
            house.clock.advance(by: .seconds(86_400))
            #expect(await house.post("/api/v1/my-data/erasure/", as: own).json["due_at"] == asked.json["due_at"])
            #expect(await house.ask(.delete, "/api/v1/my-data/erasure/", as: own).status == 204)
            #expect(await house.ask(.delete, "/api/v1/my-data/erasure/", as: own).status == 404)
            #expect(await house.post("/api/v1/my-data/erasure/", as: own).json["due_at"]?.string?.hasPrefix("2026-01-16") == true)
            _ = try await house.feature.exports.ask(for: house.ana, by: own)
            try await house.perform()
            house.clock.advance(by: .seconds(14 * 86_400 - 1))
            try await house.ring("privacy.erase_due")
            #expect(try await house.notes(of: house.ana, by: own) == 1)
            house.clock.advance(by: .seconds(1))
            try await house.ring("privacy.erase_due")
            #expect(try await house.notes(of: house.ana, by: house.admin) == 0)
            #expect(try await house.host.keyring.keys(of: house.ana.text, in: "clinic") == nil)
            for table in ["privacy_erasures", "privacy_exports", "privacy_export_parts"] {
                #expect(try await house.ground.rows.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] as Int64 } == 0)
            }
            let told = try await house.ground.told()
            #expect(
                told.filter { $0.contains("erasure") || $0.contains("erased") } == [
                    "published erasure.asked", "published erasure.taken_back", "published erasure.asked", "erased subject",
                    "published person.erased",
                ])
            // Asked again, a job finds nothing to do.
            try await house.ring("privacy.erase_due")
            #expect(try await house.ground.told().filter { $0 == "erased subject" }.count == 1)
            #expect(await house.post("/api/v1/my-data/erasure/", as: own).status == 422)
            #expect(await house.post("/api/v1/my-data/erasure/", as: house.visitor).status == 404)
        }
    }
}
