import Base
import Factors
import Testing

@Suite("What the page is given, and what it sends back")
struct OptionsTests {
    static let party = RelyingParty(id: "clinica.example", name: "Clínica", origins: ["https://clinica.example"])

    static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    static func ceremony(_ verification: UserVerification) -> Ceremony {
        Ceremony(relyingParty: party, challenge: [UInt8](repeating: 0xFB, count: 16), userVerification: verification)
    }

    @Test("creation: every byte is base64url, algorithms stand in their order")
    func creation() {
        let user = PasskeyUser(handle: [0xFF, 0xFE], name: "ana@example.org", displayName: "Ana")
        let options = CreationOptions(
            Self.ceremony(.required), user: user, excluded: [CredentialDescriptor(id: [1], transports: ["internal", "smoke", "usb"])])
        #expect(
            Self.text(options.write)
                == #"{"rp":{"id":"clinica.example","name":"Clínica"},"user":{"id":"__4","name":"ana@example.org","displayName":"Ana"},"#
                + #""challenge":"-_v7-_v7-_v7-_v7-_v7-w","pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-8}],"#
                + #""timeout":300000,"excludeCredentials":[{"type":"public-key","id":"AQ","transports":["usb","internal"]}],"#
                + #""authenticatorSelection":{"residentKey":"required","requireResidentKey":true,"userVerification":"required"},"attestation":"none"}"#
        )
        let second = CreationOptions(
            Self.ceremony(.discouraged), user: user, algorithms: [.edDSA], isDiscoverable: false, asksAttestation: true,
            timeout: .seconds(60))
        #expect(
            Self.text(second.write).hasSuffix(
                #""pubKeyCredParams":[{"type":"public-key","alg":-8}],"timeout":60000,"excludeCredentials":[],"authenticatorSelection":"#
                    + #"{"residentKey":"discouraged","requireResidentKey":false,"userVerification":"discouraged"},"attestation":"direct"}"#)
        )
    }

    @Test("request: with ids, or for whoever the authenticator names")
    func request() {
        let named = RequestOptions(Self.ceremony(.preferred), allowed: [CredentialDescriptor(id: [1]), CredentialDescriptor(id: [2])])
        #expect(
            Self.text(named.write)
                == #"{"challenge":"-_v7-_v7-_v7-_v7-_v7-w","timeout":300000,"rpId":"clinica.example","allowCredentials":"#
                + #"[{"type":"public-key","id":"AQ"},{"type":"public-key","id":"Ag"}],"userVerification":"preferred"}"#)
        #expect(named.demand == .oneOf([[1], [2]]))
        #expect(RequestOptions(Self.ceremony(.required)).demand == .discoverable)
        #expect(Self.text(RequestOptions(Self.ceremony(.required)).write).contains(#""allowCredentials":[]"#))
    }

    @Test(
        "a page within another is let in only where the party allows it",
        arguments: [
            #""crossOrigin":true"#, #""crossOrigin":true,"topOrigin":"https://other.example""#, #""topOrigin":"https://other.example""#,
        ])
    func crossOrigin(members: String) throws {
        let client = Array(
            #"{"type":"webauthn.create","challenge":"-_v7-_v7-_v7-_v7-_v7-w","origin":"https://clinica.example",\#(members)}"#.utf8)
        let response = RegistrationResponse(credentialID: [], clientData: client, attestationObject: [])
        #expect(throws: WebAuthnFault.crossOrigin) { try Self.ceremony(.required).verify(response) }
        let open = RelyingParty(id: Self.party.id, name: "", origins: Self.party.origins, allowsCrossOrigin: true)
        let ceremony = Ceremony(relyingParty: open, challenge: Self.ceremony(.required).challenge, userVerification: .required)
        #expect(throws: WebAuthnFault.attestationObject) { try ceremony.verify(response) }
    }

    @Test("the byte order mark that a decoder strips is stripped")
    func byteOrderMark() throws {
        let client = Array(#"{"type":"webauthn.get","challenge":"AQ","origin":"https://clinica.example"}"#.utf8)
        let data = try ClientData([0xEF, 0xBB, 0xBF] + client)
        #expect(data.challenge == [1] && data.type == "webauthn.get" && !data.isCrossOrigin && data.topOrigin == nil)
        #expect(throws: WebAuthnFault.clientData) { try ClientData([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF] + client) }
    }

    @Test("random bytes are refused by every reader, and none of them traps")
    func noise() {
        let random = FixedWorld(seed: 11).world.random
        let ceremony = Self.ceremony(.discouraged)
        for round in 0..<5_000 {
            let bytes = random.bytes(round % 300)
            _ = try? CBORReader.parse(bytes)
            #expect((try? CredentialKey(bytes)) == nil && (try? ClientData(bytes)) == nil && (try? AttestationObject(bytes)) == nil)
            #expect(EllipticSignature.raw(der: bytes) == nil)
            _ = try? AuthenticatorData(bytes)
            let response = RegistrationResponse(credentialID: bytes, clientData: bytes, attestationObject: bytes)
            #expect(throws: WebAuthnFault.clientData) { try ceremony.verify(response) }
        }
    }
}
