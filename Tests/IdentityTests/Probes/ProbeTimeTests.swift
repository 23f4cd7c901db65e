import Access
import Base
import FeatureKit
import HTTPTypes
import Identity
import Runtime
import TestKit
import Testing
import Web

/// How long a refusal takes tells no more than its words.
@Suite("Identity: the time of refusals", .timeLimit(.minutes(5)), .serialized)
struct ProbeTimeTests {
    @Test("a note that one may not read takes as long as one that never was: of one's own organisation, deleted, and of another's")
    func notes() async throws {
        try await ProbeGround.with(.sqlite, seed: 5) { house in
            let (account, _) = try await AdminDesk(house.identity.parts).create(
                try MailAddress("coach@example.org"), name: "C", language: .english, as: ["coach"], in: "clinic")
            let coach = ProbeGround.Member(
                account: account, organisation: "clinic", roles: ["coach"],
                cookie: try await house.identity.parts.credentials(of: account, in: "clinic").cookie)
            let here = try await house.note("here", "clinic", about: try await house.person("clinic"))
            let gone = try await house.note("gone", "clinic", about: try await house.person("clinic"), 0)
            let there = try await house.note("there", "hospital", about: try await house.person("hospital"))
            let paths = [here.id, gone.id, there.id, house.fixed.world.id(of: Self.self).description].map { "/api/v1/notes/\($0)" }
            let medians = try await Self.medians(of: paths.count, rounds: 300) { way in
                let answer = try await house.ask(.get, paths[way], as: coach)
                #expect(answer.status == 404 && answer.code == "record_not_found")
            }
            let ratios = medians.dropLast().map { $0 / medians[3] }
            print("notes, medians: \(medians); denied, deleted, and of another organisation, to missing: \(ratios)")
            #expect(ratios.allSatisfy { (0.67...1.5).contains($0) }, "\(medians)")
        }
    }

    @Test("an address that nobody has takes as long as a wrong password")
    func passwords() async throws {
        try await ProbeGround.with(.sqlite, seed: 7) { house in
            let (_, link) = try await AdminDesk(house.identity.parts).create(
                try MailAddress("rosa@example.org"), name: "Rosa", language: .english, as: ["coach"], in: "clinic")
            let code = String(link.split(separator: "=").last ?? "")
            try await house.identity.parts.registration.reset(code, password: Secret("viento-norte-27-lagos"))
            let addresses = ["rosa@example.org", "nobody@example.org"]
            let medians = try await Self.medians(of: addresses.count, rounds: 150) { way in
                // What was wrong before is forgotten.
                house.fixed.advance(by: .seconds(3_601))
                let ask = SignIn.Ask(
                    address: addresses[way], password: Secret("otra-cosa-distinta-9"), kind: .program, device: "d", peer: "203.0.113.7")
                let code = await house.ground.failure { try await house.identity.parts.signIn.withPassword(ask) }
                #expect(code == "sign_in_failed")
            }
            print("sign-in, medians: \(medians); unknown address to wrong password \(medians[1] / medians[0])")
            #expect((0.5...2).contains(medians[1] / medians[0]), "\(medians)")
        }
    }

    /// The median of each way, which take turns; the first rounds warm up.
    private static func medians(of ways: Int, rounds: Int, _ body: (Int) async throws -> Void) async throws -> [Duration] {
        var times = Array(repeating: [Duration](), count: ways)
        let clock = ContinuousClock()
        for round in 0..<(rounds + 20) {
            for turn in 0..<ways {
                let way = (round + turn) % ways
                let time = try await clock.measure { try await body(way) }
                if round >= 20 { times[way].append(time) }
            }
        }
        return times.map { $0.sorted()[rounds / 2] }
    }
}
