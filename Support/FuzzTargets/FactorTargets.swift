import Base
import Factors

extension FuzzTarget {
    /// Whatever is read is written again by hand, and is the input: canonical CBOR has one form for each value.
    static let cbor = FuzzTarget(
        "cbor",
        bytes: [
            hexadecimal("a301820243abcdef613b6461626364206161a1f5f6"), hexadecimal("8301820203820405"), hexadecimal("1bffffffffffffffff"),
            hexadecimal("a26161016162820203"), hexadecimal("3903e7"), hexadecimal("8181818180"),
            hexadecimal("5818") + [UInt8](repeating: 1, count: 24),
        ]
    ) { input in
        let bytes = Array(input)
        guard let value = try? CBORReader.parse(bytes) else { return }
        require(depth(value) <= 4, "limit of depth")
        require(written(value) == bytes, "written again it is the same")
    }

    /// A key is what it was read from, and what nobody signed it did not sign.
    static let credentialKey = FuzzTarget("cose-key", bytes: [ellipticKey, edwardsKey, Array(ellipticKey.dropLast())]) { input in
        guard let key = try? CredentialKey(Array(input)) else { return }
        require(key.bytes == Array(input), "it keeps what it was read from")
        require(input.count == (key.algorithm == .es256 ? 77 : 42), "each algorithm has keys of one length")
        require(!key.signed([1], [UInt8](repeating: 1, count: 64)), "nobody signed")
        require(!key.signed([1], [0x30, 6, 2, 1, 1, 2, 1, 1]), "nobody signed")
    }

    static let authenticatorData = FuzzTarget(
        "authenticator-data",
        bytes: [
            plainData, newCredential, head + [0x85, 0, 0, 0, 7] + hexadecimal("a163757669f5"),
            head + [0xC5] + Array(newCredential.dropFirst(33)) + hexadecimal("a16b6372656450726f7465637402"),
        ]
    ) { input in
        guard let data = try? AuthenticatorData(Array(input)) else { return }
        require(data.bytes == Array(input) && data.relyingPartyHash.count == 32, "it keeps what it was read from")
        require(
            data.credential.map { AuthenticatorData.credentialIDBytes.contains($0.id.count) && $0.aaguid.count == 16 } ?? true,
            "lengths hold")
        require(data.credential != nil || data.extensions != nil || input.count == 37, "nothing stands behind the counter")
    }

    /// Any object is verified without a trap, and none but `none` is accepted: nobody signed.
    static let attestationObject = FuzzTarget(
        "attestation-object",
        bytes: [
            object("none", "a0"), object("packed", "a263616c672663736967483006020101020101"),
            object("packed", "a363616c672663736967483006020101020101637835638142" + "3000"), object("tpm", "a0"),
        ]
    ) { input in
        let response = RegistrationResponse(
            credentialID: credentialID, clientData: Array(client.utf8), attestationObject: Array(input))
        guard let made = try? ceremony.verify(response) else { return }
        require(made.id == response.credentialID, "the id is the response's")
        guard case .none = made.attestation else { return require(false, "nobody signed") }
    }

    static let clientData = FuzzTarget(
        "client-data",
        corpus: [
            client, "\u{FEFF}\(client)",
            #"{"type":"webauthn.get","challenge":"AA","origin":"a","topOrigin":"b","tokenBinding":{"status":"present"}}"#,
            #"{"type":"webauthn.get","challenge":"AB","origin":"a","crossOrigin":true}"#,
        ]
    ) { input in
        guard let data = try? ClientData(Array(input)) else { return }
        require(input.count <= ClientData.mostBytes, "limit of bytes")
        require(input.text.contains("challenge") || input.text.contains("\\u"), "a challenge is named")
        require(Base64URL.read(Base64URL.string(data.challenge).utf8) == data.challenge, "each challenge has one text")
    }

    static let ellipticSignature = FuzzTarget(
        "ecdsa-der",
        bytes: [
            hexadecimal("3006020101020101"),
            hexadecimal(
                "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295"
                    + "ea13653e331e87"),
        ]
    ) { input in
        guard let raw = EllipticSignature.raw(der: Array(input)) else { return }
        require(raw.count == 64 && input.count <= EllipticSignature.mostBytes, "two numbers of 32 bytes")
        require(raw.prefix(32).contains { $0 != 0 } && raw.suffix(32).contains { $0 != 0 }, "neither is zero")
        let (r, s) = (integer(raw.prefix(32)), integer(raw.suffix(32)))
        require([0x30, UInt8(r.count + s.count)] + r + s == Array(input), "written again it is the same")
    }

    static let enteredCodes = FuzzTarget("entered-codes", corpus: ["0123-4567-89AB-CDEF", "o123 4567 il00 zzzz", "123 456", "000000"]) {
        input in
        if let code = RecoveryCode(entered: input.text) {
            let text = code.text.withExposedText { $0 }
            require(
                text.utf8.count == 19 && RecoveryCode(entered: text)?.digest(account: "a") == code.digest(account: "a"),
                "one text, one digest")
        }
        if let code = OneTimeCode(entered: input.text) {
            require(code.text.byteCount == OneTimeCode.digits, "six digits")
        }
        let app = TimeCode(Secret([UInt8](repeating: 1, count: 20)))
        if case .alreadyUsed = app.check(input.text, at: .epoch, lastUsed: nil) { require(false, "nothing was used yet") }
    }

    private static func hexadecimal(_ text: String) -> [UInt8] { Hexadecimal.read(text.utf8) ?? [] }

    private static let ellipticKey = hexadecimal(
        "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68e"
            + "d73290af2e2664796b9220")
    private static let edwardsKey = hexadecimal("a4010103272006215820d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    private static let party = RelyingParty(id: "example.org", name: "", origins: ["https://example.org"])
    private static let plainData = hexadecimal("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50500000007")
    private static let head = Array(plainData.prefix(32))
    private static let credentialID = [UInt8](repeating: 7, count: 16)
    private static let newCredential: [UInt8] =
        head + [0x45, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 17) + [16] + credentialID + ellipticKey
    private static let client =
        #"{"type":"webauthn.create","challenge":"AAAAAAAAAAAAAAAAAAAAAA","origin":"https://example.org","crossOrigin":false}"#
    private static let ceremony = Ceremony(
        relyingParty: party, challenge: [UInt8](repeating: 0, count: 16), userVerification: .preferred)

    private static func object(_ format: String, _ statement: String) -> [UInt8] {
        let data = newCredential
        let first: [UInt8] = hexadecimal("a363666d74") + [0x60 + UInt8(format.utf8.count)] + Array(format.utf8)
        let second: [UInt8] = hexadecimal("6761747453746d74" + statement) + hexadecimal("68617574684461746158")
        return first + second + [UInt8(data.count)] + data
    }

    private static func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    private static func depth(_ value: CBOR) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .map(let members): 1 + (members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    private static func written(_ value: CBOR) -> [UInt8] {
        switch value {
        case .unsigned(let number): start(0, number)
        case .negative(let number): start(1, number)
        case .bytes(let bytes): start(2, UInt64(bytes.count)) + bytes
        case .text(let text): start(3, UInt64(text.utf8.count)) + Array(text.utf8)
        case .array(let elements): start(4, UInt64(elements.count)) + elements.flatMap(written)
        case .map(let members): start(5, UInt64(members.count)) + members.flatMap { written($0.key) + written($0.value) }
        case .bool(let value): [value ? 0xF5 : 0xF4]
        case .null: [0xF6]
        }
    }

    private static func start(_ major: UInt8, _ argument: UInt64) -> [UInt8] {
        let kind = major << 5
        switch argument {
        case 0..<24: return [kind | UInt8(argument)]
        case 24...0xFF: return [kind | 24, UInt8(argument)]
        case 0x100...0xFFFF: return [kind | 25] + big(argument, 2)
        case 0x1_0000...0xFFFF_FFFF: return [kind | 26] + big(argument, 4)
        default: return [kind | 27] + big(argument, 8)
        }
    }

    private static func big(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (count - 1 - $0))) }
    }
}
