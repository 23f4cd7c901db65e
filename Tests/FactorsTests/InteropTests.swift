import Base
import Factors
import Testing

/// Real messages: made by fido2's client side and signed by another library, and judged by fido2's server beside ours.
@Suite("Beside fido2 and pyotp", .serialized)
struct InteropTests {
    static let user = PasskeyUser(handle: Array("8 bytes.".utf8), name: "ana@example.org", displayName: "Ana Ñandú")
    static let party = RelyingParty(
        id: "clinica.example", name: "Clínica", origins: ["https://clinica.example", "https://clinica.example:444"])

    static func ceremony(_ challenge: UInt8, _ verification: UserVerification = .required) -> Ceremony {
        Ceremony(relyingParty: party, challenge: [UInt8](repeating: challenge, count: 32), userVerification: verification)
    }

    /// What the browser would be given.
    static func options() -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("origin", party.origins[0])
            json.key("creation")
            CreationOptions(ceremony(1), user: user, excluded: [CredentialDescriptor(id: [1, 2, 3], transports: ["usb", "what"])]).write(
                to: &json)
            json.key("request")
            RequestOptions(ceremony(2), allowed: [CredentialDescriptor(id: [4, 5, 6])]).write(to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The fault's name; nil where the message is accepted.
    static func verdict(_ message: JSON) throws -> String? {
        let verification = try #require(message["verification"]?.string.flatMap(UserVerification.init(rawValue:)))
        let response = try #require(message["response"])
        do {
            if message["kind"]?.string == "registration" {
                let made = try ceremony(1, verification).verify(RegistrationResponse(json: response))
                #expect(made.transports == ["hybrid", "internal"])
                return made.attestation.matches(message["attestation"]?.string ?? "") ? nil : "another attestation"
            }
            let key = try #require(message["key"]?.string.flatMap { Base64URL.read($0.utf8) })
            let assertion = try AssertionResponse(json: response)
            let stored = StoredCredential(
                id: credentialID, key: try CredentialKey(key), signCount: UInt32(try #require(message["stored"]?.integer)),
                isBackupEligible: message["eligible"]?.bool ?? false, userHandle: user.handle)
            let demand: CredentialDemand = message["discoverable"]?.bool == true ? .discoverable : .oneOf([stored.id])
            _ = try ceremony(2, verification).verify(assertion, by: stored, asked: demand)
            return nil
        } catch let fault as WebAuthnFault {
            return String("\(fault)".prefix { $0 != "(" })
        }
    }

    @Test(
        "what it makes we accept; whatever is changed in it, we refuse, by the name of the step; it accepts nothing else than it is known to"
    )
    func messages() throws {
        let messages = try Peer.lines("authenticator.py", Self.options()).filter { $0["kind"]?.string != "root" }
        var (accepted, refused, laxer) = (0, 0, 0)
        for message in messages {
            let title = "\(message["kind"]?.string ?? ""): \(message["title"]?.string ?? "")"
            let verdict = try Self.verdict(message)
            let expected = message["refuse"]?.string
            if expected == "*" { #expect(verdict != nil, "\(title)") } else { #expect(verdict == expected, "\(title)") }
            let peer = try #require(message["peer"]?.bool as Bool?)
            if verdict == nil { #expect(peer, "fido2 refuses what we accept, \(title)") }
            if verdict != nil, let lax = message["lax"]?.bool { #expect(peer == lax, "fido2's word has changed, \(title)") }
            if verdict == nil { accepted += 1 } else { refused += 1 }
            if verdict != nil, peer { laxer += 1 }
        }
        #expect(
            accepted >= 60 && refused >= 1_500, "\(accepted) accepted, \(refused) refused, \(laxer) of them not by fido2")
    }

    @Test("a maker's certificate is anchored by its root alone, while it is valid")
    func roots() async throws {
        let messages = try Peer.lines("authenticator.py", Self.options())
        let root = try #require(messages.first?["certificate"]?.string.flatMap { Base64URL.read($0.utf8) })
        let model = try #require(messages.first?["aaguid"]?.string.flatMap { Base64URL.read($0.utf8) })
        let certified = messages.filter { $0["attestation"]?.string == "certified" && $0["refuse"]?.isNull == true }
        #expect(certified.count == 8)
        let within = try #require(Instant("2026-11-22T00:00:00Z"))
        let (before, after) = (try #require(Instant("2025-12-31T23:59:59Z")), try #require(Instant("2036-01-02T00:00:00Z")))
        let others = try Peer.lines("authenticator.py", Self.options())
        let stranger = try #require(others.first?["certificate"]?.string.flatMap { Base64URL.read($0.utf8) })
        let (roots, nobody, strangers) = (try AttestationRoots([root]), try AttestationRoots([]), try AttestationRoots([stranger]))
        for message in certified {
            let made = try Self.ceremony(1).verify(RegistrationResponse(json: try #require(message["response"])))
            guard case .unanchored(let certificate) = made.attestation else {
                Issue.record("no certificate")
                continue
            }
            #expect(certificate.maker == "Maker AB" && made.aaguid == model)
            #expect(certificate.model == nil || certificate.model == model)
            #expect(await roots.anchors(certificate, at: within))
            #expect(await !roots.anchors(certificate, at: before))
            #expect(await !roots.anchors(certificate, at: after))
            #expect(await !nobody.anchors(certificate, at: within))
            #expect(await !strangers.anchors(certificate, at: within), "the same name, another key")
            let itself = try AttestationRoots([try #require(certificate.chain.first)])
            #expect(await itself.anchors(certificate, at: within), "a certificate may be trusted itself")
            #expect(await !itself.anchors(certificate, at: before))
            #expect(await !itself.anchors(certificate, at: after))
        }
        #expect(throws: AttestationCertificate.Fault.malformed) { try AttestationRoots([[0x30, 0]]) }
    }

    @Test("pyotp shows the codes that we accept, and reads our address")
    func codes() throws {
        let secret = Secret(FixedWorld(seed: 5).world.random.bytes(TimeCode.secretBytes))
        for terms in [TimeCode.Terms.usual, .long, .init(hash: .sha512, digits: 7, periodSeconds: 60)] {
            let app = TimeCode(secret, terms)
            let address = app.address(issuer: "Clínica: 1", account: "ana+uno@example.org").withExposedText { $0 }
            let read = try #require(try Peer.lines("codes.py", address, "0", "59", "1111111111", "1795305600", "20000000000").first)
            #expect(read["issuer"]?.string == "Clínica 1" && read["account"]?.string == "ana+uno@example.org")
            for entry in try #require(read["codes"]?.array) {
                let moment = Instant(milliseconds: Int64(try #require(entry["at"]?.integer)) * 1_000)
                let code = try #require(entry["code"]?.string)
                #expect(app.check(code, at: moment, lastUsed: nil) == .accepted(step: app.step(at: moment)))
                #expect(app.code(step: app.step(at: moment)) == code)
            }
        }
    }
}

extension InteropTests {
    /// SHA-256 of `credential`, as the script has it.
    static let credentialID = Hexadecimal.read("e265b6f564601a1fe8dc42785cd18a868bd8013eb5899560e79248767a683e6b".utf8) ?? []
}

extension Attestation {
    func matches(_ name: String) -> Bool {
        switch self {
        case .none: name == "none"
        case .selfSigned: name == "self"
        case .unanchored: name == "certified"
        }
    }
}
