import Base
import Factors
import Testing

/// WebAuthn Level 3, sections 16.2 and 16.3: what the specification itself gives to check a server by.
@Suite("The specification's own messages")
struct SpecificationVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let challenge: String
        let id: String
        let clientData: String
        let attestationObject: String
        let isSelfSigned: Bool
        let secondChallenge: String
        let secondClientData: String
        let authenticatorData: String
        let signature: String
    }

    static let extra = "clientDataJSON may be extended with additional fields in the future, such as this: "

    static let vectors = [
        Vector(
            testDescription: "none, ES256",
            challenge: "00c30fb78531c464d2b6771dab8d7b603c01162f2fa486bea70f283ae556e130",
            id: "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4",
            clientData: #"{"type":"webauthn.create","challenge":"AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA","#
                + #""origin":"https://example.org","crossOrigin":false,"extraData":"\#(extra)BkQeDjdcTBrXBiAwJTLE5Q"}"#,
            attestationObject: "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8"
                + "edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b"
                + "33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a"
                + "56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
            isSelfSigned: false,
            secondChallenge: "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408",
            secondClientData: #"{"type":"webauthn.get","challenge":"OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag","#
                + #""origin":"https://example.org","crossOrigin":false}"#,
            authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000",
            signature: "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1"
                + "dd5d78c6e486013f937295ea13653e331e87"),
        Vector(
            testDescription: "packed, self, ES256",
            challenge: "7869c2b772d4b58eba9378cf8f29e26cf935aa77df0da89fa99c0bdc0a76f7e5",
            id: "455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58c",
            clientData: #"{"type":"webauthn.create","challenge":"eGnCt3LUtY66k3jPjynibPk1qnffDaifqZwL3Ap29-U","#
                + #""origin":"https://example.org","crossOrigin":false,"extraData":"\#(extra)U9hTXvKE2URkMnb_0xYHVg"}"#,
            attestationObject: "a363666d74667061636b65646761747453746d74a263616c672663736967584630440220067a20754ab925005dbf378097c921"
                + "20031581c73228d1fb4f5b881bcd7da98302207fc7b147558c7c0eba3af18bd9d121fa3d3a26d17fe3f220272178f473b6006d6861757468"
                + "4461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b55d00000000df850e09db6afbdfab51697791506c"
                + "fc0020455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58ca5010203262001215820eb151c8176b225cc651559fecf"
                + "07af450fd85802046656b34c18f6cf193843c5225820927b8aa427a2be1b8834d233a2d34f61f13bfd44119c325d5896e183fee484f2",
            isSelfSigned: true,
            secondChallenge: "4478a10b1352348dd160c1353b0d469b5db19eb91c27f7dfa6fed39fe26af20b",
            secondClientData: #"{"type":"webauthn.get","challenge":"RHihCxNSNI3RYME1Ow1Gm12xnrkcJ_ffpv7Tn-Jq8gs","#
                + #""origin":"https://example.org","crossOrigin":false,"extraData":"\#(extra)gTb53rz6EhSWomXGzimC1Q"}"#,
            authenticatorData: "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50900000000",
            signature: "304402203310b9431903c401f1be2bdc8d23a4007682dbbddcf846994947b7f465daf84002204e94dd00047b316061b3b99772b7efd95994a"
                + "83ef584b3b6b825ea3550251b66"),
    ]

    static let party = RelyingParty(id: "example.org", name: "Example", origins: ["https://example.org"])

    static func bytes(_ hexadecimal: String) throws -> [UInt8] { try #require(Hexadecimal.read(hexadecimal.utf8)) }

    @Test("are registered, and sign in", arguments: vectors)
    func accepted(_ vector: Vector) throws {
        let first = Ceremony(relyingParty: Self.party, challenge: try Self.bytes(vector.challenge), userVerification: .preferred)
        let id = try Self.bytes(vector.id)
        let made = try first.verify(
            RegistrationResponse(
                credentialID: id, clientData: Array(vector.clientData.utf8), attestationObject: try Self.bytes(vector.attestationObject)))
        #expect(made.id == id && made.signCount == 0)
        switch made.attestation {
        case .none: #expect(!vector.isSelfSigned)
        case .selfSigned: #expect(vector.isSelfSigned)
        case .unanchored: Issue.record("there is no certificate in it")
        }
        let stored = StoredCredential(
            id: made.id, key: try CredentialKey(made.key.bytes), signCount: 0, isBackupEligible: made.isBackupEligible, userHandle: [1])
        let second = Ceremony(relyingParty: Self.party, challenge: try Self.bytes(vector.secondChallenge), userVerification: .preferred)
        var response = AssertionResponse(
            credentialID: id, clientData: Array(vector.secondClientData.utf8), authenticatorData: try Self.bytes(vector.authenticatorData),
            signature: try Self.bytes(vector.signature))
        let verified = try second.verify(response, by: stored, asked: .oneOf([id]))
        #expect(verified.signCount == 0 && !verified.isUserVerified)
        #expect(throws: WebAuthnFault.credentialNotAllowed) { try second.verify(response, by: stored, asked: .oneOf([[1]])) }
        #expect(throws: WebAuthnFault.challenge) { try first.verify(response, by: stored, asked: .oneOf([id])) }
        response = AssertionResponse(
            credentialID: id, clientData: response.clientData, authenticatorData: response.authenticatorData, signature: response.signature,
            userHandle: [2])
        #expect(throws: WebAuthnFault.userHandle) { try second.verify(response, by: stored, asked: .discoverable) }
    }

    @Test("are refused in every truncation, and with a byte more", arguments: vectors)
    func truncated(_ vector: Vector) throws {
        let ceremony = Ceremony(relyingParty: Self.party, challenge: try Self.bytes(vector.challenge), userVerification: .preferred)
        let (id, object, data) = (try Self.bytes(vector.id), try Self.bytes(vector.attestationObject), Array(vector.clientData.utf8))
        func isAccepted(_ clientData: some Collection<UInt8>, _ object: some Collection<UInt8>) -> Bool {
            let response = RegistrationResponse(credentialID: id, clientData: Array(clientData), attestationObject: Array(object))
            return (try? ceremony.verify(response)) != nil
        }
        #expect(isAccepted(data, object))
        for count in 0..<object.count where isAccepted(data, object.prefix(count)) { Issue.record("accepted \(count) bytes of the object") }
        for count in 0..<data.count where isAccepted(data.prefix(count), object) { Issue.record("accepted \(count) bytes of client data") }
        #expect(!isAccepted(data, object + [0]) && !isAccepted(data + [0], object))
    }

    @Test("are refused where their algorithm was not asked for")
    func algorithm() throws {
        let vector = Self.vectors[0]
        let ceremony = Ceremony(relyingParty: Self.party, challenge: try Self.bytes(vector.challenge), userVerification: .preferred)
        let response = RegistrationResponse(
            credentialID: try Self.bytes(vector.id), clientData: Array(vector.clientData.utf8),
            attestationObject: try Self.bytes(vector.attestationObject))
        #expect(throws: WebAuthnFault.algorithm) { try ceremony.verify(response, algorithms: [.edDSA]) }
        let here = Ceremony(
            relyingParty: RelyingParty(id: "example.com", name: "", origins: ["https://example.org"]), challenge: ceremony.challenge,
            userVerification: .preferred)
        #expect(throws: WebAuthnFault.relyingPartyHash) { try here.verify(response) }
    }
}
