import Base

extension TimeCode {
    /// The `otpauth://totp/…` address that a QR code carries, in the form that authenticator apps agree on (Google Authenticator's “Key Uri
    /// Format”): issuer and account percent-encoded, the secret in base32 without padding.
    ///
    /// A secret like the one in it: shown once, over TLS, on a page that no cache keeps. `hash`, `digits` and `period` are always named,
    /// since apps differ in what they assume.
    package func address(issuer: String, account: String) -> Secret {
        var text: [UInt8] = Array("otpauth://totp/".utf8)
        // A colon parts the two, so that none may stand within either.
        text += PercentEncoding.encode(issuer.filter { $0 != ":" })
        text.append(UInt8(ascii: ":"))
        text += PercentEncoding.encode(account.filter { $0 != ":" })
        text += Array("?secret=".utf8)
        text += secretText.withExposedBytes { Array($0) }
        text += Array("&issuer=".utf8)
        text += PercentEncoding.encode(issuer.filter { $0 != ":" })
        text += Array("&algorithm=\(terms.hash.rawValue)&digits=\(terms.digits)&period=\(terms.periodSeconds)".utf8)
        return Secret(text)
    }

    /// For people who cannot scan: base32 (RFC 4648, section 6) without padding.
    package var secretText: Secret {
        Secret(secret.withExposedBytes { Base32.encode(Array($0)) })
    }
}

/// RFC 3986, section 2.1.
enum PercentEncoding {
    /// Everything but the unreserved characters of section 2.3, byte by byte.
    static func encode(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return text.utf8.flatMap { byte in
            isUnreserved(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        }
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(byte)
        }
    }
}

/// RFC 4648, section 6, without padding: what authenticator apps take a secret in.
enum Base32 {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return FiveBits.split(bytes).map { alphabet[Int($0)] }
    }
}

/// Bytes in groups of five bits, the last one filled up with zeros.
enum FiveBits {
    static func split(_ bytes: [UInt8]) -> [UInt8] {
        var groups: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                groups.append(UInt8(truncatingIfNeeded: bits >> count) & 31)
            }
        }
        if count > 0 { groups.append(UInt8(truncatingIfNeeded: bits << (5 - count)) & 31) }
        return groups
    }
}
