import Base
import Crypto
import Factors
import Foundation
import Testing

/// Signatures and keys at the edges, after the kinds of case that Wycheproof has for ECDSA and EdDSA; each message is signed here.
@Suite("Signatures at the edges")
struct SignatureTests {
    static let n = Hexadecimal.read("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551".utf8) ?? []
    static let p = Hexadecimal.read("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff".utf8) ?? []
    static let zero = [UInt8](repeating: 0, count: 32)
    static let one = [UInt8](repeating: 0, count: 31) + [1]

    /// An INTEGER as DER has it.
    static func integer(_ number: [UInt8]) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 >= 0x80 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(digits.count)] + digits
    }

    static func sequence(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] { [0x30, UInt8(r.count + s.count)] + r + s }

    /// One less in the last byte, which is not zero.
    static func before(_ number: [UInt8]) -> [UInt8] { Array(number.dropLast()) + [(number.last ?? 1) - 1] }

    @Test("every r and s within 1 … n − 1 is read, and none outside")
    func range() {
        let tail = [UInt8](repeating: 0, count: 31)
        for good: [UInt8] in [Self.one, Self.before(Self.n), [0x80] + tail, [0x7F] + tail] {
            let der = Self.sequence(Self.integer(good), Self.integer(Self.one))
            #expect(EllipticSignature.raw(der: der) == good + Self.one)
            #expect(EllipticSignature.raw(der: Self.sequence(Self.integer(Self.one), Self.integer(good))) == Self.one + good)
        }
        for bad: [UInt8] in [Self.zero, Self.n, Self.p, [UInt8](repeating: 255, count: 32), [1] + Self.zero] {
            #expect(EllipticSignature.raw(der: Self.sequence(Self.integer(bad), Self.integer(Self.one))) == nil)
            #expect(EllipticSignature.raw(der: Self.sequence(Self.integer(Self.one), Self.integer(bad))) == nil)
        }
    }

    @Test(
        "BER that is not DER, and what is no signature at all, is refused",
        arguments: [
            "", "30", "3000", "0500", "3106020101020101", "30060201010201", "300602010102010100", "3007020101020101",
            "300702010102010100", "308106020101020101", "30800201010201010000",
            "300702020001020101", "300702010102020001", "300702810101020101", "3006020101020181",
            "3006020181020101", "3006020101030101", "3006030101020101", "30060201010200", "30050201010200", "30050200020101",
            "3003020101", "3009020101020101020101", "3006090101020101", "30080201010201010500", "a006020101020101", "2006020101020101",
            "300602ff01020101", "3007020101020201",
        ])
    func encodings(hexadecimal: String) throws {
        #expect(EllipticSignature.raw(der: try #require(Hexadecimal.read(hexadecimal.utf8))) == nil)
    }

    @Test("the same pair in DER is accepted, so that the table above says something")
    func wellFormed() throws {
        #expect(EllipticSignature.raw(der: [0x30, 6, 2, 1, 1, 2, 1, 1]) == Self.one + Self.one)
    }

    static func cose(_ key: P256.Signing.PublicKey) -> [UInt8] {
        let point = Array(key.rawRepresentation)
        let head: [UInt8] = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]
        let middle: [UInt8] = [0x22, 0x58, 0x20]
        return head + Array(point.prefix(32)) + middle + Array(point.suffix(32))
    }

    static func cose(_ point: [UInt8]) -> [UInt8] { [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + point }

    @Test("ES256: a signature fits its message and key, in DER and nothing else")
    func es256() throws {
        let (signer, other) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let key = try CredentialKey(Self.cose(signer.publicKey))
        #expect(key.algorithm == .es256 && key.bytes == Self.cose(signer.publicKey))
        let message = Array("what was signed".utf8)
        for _ in 0..<40 {
            let signature = try signer.signature(for: message)
            let der = Array(signature.derRepresentation)
            #expect(key.signed(message, der))
            #expect(EllipticSignature.raw(der: der) == Array(signature.rawRepresentation))
            #expect(!key.signed(message + [0], der) && !key.signed([], der))
            #expect(!key.signed(message, Array(signature.rawRepresentation)), "r and s without DER")
            #expect(!key.signed(message, der + [0]) && !key.signed(message, Array(der.dropLast())))
            #expect(!(try CredentialKey(Self.cose(other.publicKey)).signed(message, der)))
            for count in 0..<der.count { #expect(!key.signed(message, Array(der.prefix(count)))) }
        }
        for bad in [
            (Self.zero, Self.zero), (Self.zero, Self.one), (Self.one, Self.zero), (Self.one, Self.one), (Self.n, Self.one),
            (Self.one, Self.n),
        ] {
            #expect(!key.signed(message, Self.sequence(Self.integer(bad.0), Self.integer(bad.1))))
        }
    }

    @Test("ES256: points off the curve, beyond the field, at infinity, compressed, or under another curve are no keys")
    func points() throws {
        let good = Self.cose(P256.Signing.PrivateKey().publicKey)
        #expect((try? CredentialKey(good)) != nil)
        func changed(_ index: Int, _ bytes: [UInt8]) -> [UInt8] {
            Array(good.prefix(index)) + bytes + Array(good.dropFirst(index + bytes.count))
        }
        let (x, y) = (10, 45)
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(changed(y + 31, [good[y + 31] ^ 1])) }
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(changed(x, Self.zero)) }
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(changed(x, Self.p)) }
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(changed(x, [UInt8](repeating: 255, count: 32))) }
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(changed(x, Self.zero + [0x22, 0x58, 0x20] + Self.zero)) }
        #expect(throws: CredentialKey.Fault.parameters) { try CredentialKey(Array(good.prefix(42)) + [0x22, 0xF5]) }
        #expect(throws: CredentialKey.Fault.parameters) { try CredentialKey(changed(6, [0x02])) }
        #expect(throws: CredentialKey.Fault.algorithm) { try CredentialKey(changed(4, [0x28])) }
        #expect(throws: CredentialKey.Fault.parameters) { try CredentialKey(changed(2, [0x01])) }
        #expect(throws: CredentialKey.Fault.malformed) { try CredentialKey(good + [0]) }
        for count in 0..<good.count { #expect((try? CredentialKey(Array(good.prefix(count)))) == nil) }
    }

    @Test("EdDSA: a signature fits its message and key, and its s is below the order")
    func ed25519() throws {
        let signer = Curve25519.Signing.PrivateKey()
        let key = try CredentialKey(Self.cose(Array(signer.publicKey.rawRepresentation)))
        #expect(key.algorithm == .edDSA)
        let message = Array("what was signed".utf8)
        let signature = Array(try signer.signature(for: message))
        #expect(key.signed(message, signature))
        #expect(!key.signed(message + [0], signature))
        #expect(!key.signed(message, signature + [0]) && !key.signed(message, []))
        for count in 0..<64 { #expect(!key.signed(message, Array(signature.prefix(count)))) }
        for bit in 0..<512 {
            var wrong = signature
            wrong[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.signed(message, wrong))
        }
        // s + L is the same number modulo the order: RFC 8032, section 5.1.7, refuses it.
        let order = try #require(Hexadecimal.read("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010".utf8))
        var carry = 0
        var malleable = signature
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            malleable[32 + index] = UInt8(sum & 0xFF)
            carry = sum >> 8
        }
        #expect(carry == 0 && !key.signed(message, malleable))
        #expect(!key.signed(message, Array(signature.prefix(32)) + order), "s = L")
        #expect(!key.signed(message, [UInt8](repeating: 0, count: 64)))
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    @Test(
        "RFC 8032's signatures are valid",
        arguments: [
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
            ),
        ])
    func rfc8032(key: String, message: String, signature: String) throws {
        func bytes(_ text: String) throws -> [UInt8] { try #require(Hexadecimal.read(text.utf8)) }
        #expect(try CredentialKey(Self.cose(bytes(key))).signed(bytes(message), bytes(signature)))
    }

    @Test(
        "EdDSA: points of small order, and such that are not reduced, are no keys",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ])
    func smallOrders(hexadecimal: String) throws {
        let point = try #require(Hexadecimal.read(hexadecimal.utf8))
        #expect(throws: CredentialKey.Fault.point) { try CredentialKey(Self.cose(point)) }
    }

    @Test("EdDSA: under a y that no point has, nothing is ever valid")
    func offTheCurve() throws {
        let point: [UInt8] = [2] + [UInt8](repeating: 0, count: 31)
        let key = try? CredentialKey(Self.cose(point))
        for signature in [[UInt8](repeating: 0, count: 64), point + Self.zero, [1] + [UInt8](repeating: 0, count: 63)] {
            #expect(key?.signed([], signature) != true)
        }
    }

    @Test("EdDSA: parameters of another key are refused")
    func parameters() throws {
        let good = Self.cose(Array(Curve25519.Signing.PrivateKey().publicKey.rawRepresentation))
        #expect((try? CredentialKey(good)) != nil)
        #expect(throws: CredentialKey.Fault.malformed) { try CredentialKey([0xA5] + Array(good.dropFirst()) + [0x20, 0x01]) }
        #expect(throws: CredentialKey.Fault.parameters) { try CredentialKey([0xA5] + Array(good.dropFirst()) + [0x22, 0x01]) }
        #expect(throws: CredentialKey.Fault.malformed) { try CredentialKey([]) }
        #expect(throws: CredentialKey.Fault.malformed) { try CredentialKey([0x80]) }
        #expect(throws: CredentialKey.Fault.parameters) { try CredentialKey([0xA0]) }
        for count in 0..<good.count { #expect((try? CredentialKey(Array(good.prefix(count)))) == nil) }
    }
}
