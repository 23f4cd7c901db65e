import Base

extension FuzzTarget {
    static let instant = FuzzTarget(
        "instant",
        corpus: [
            "2026-11-21T14:23:17.123456Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59", "2000-02-29t00:00:00+05:30",
        ]
    ) { input in
        guard let instant = Instant(utf8: input) else { return }
        require(input.count >= 20 && input.count <= 35, "limits of length")
        require(instant >= .earliest && instant <= .latest, "limits of range")
        require(Instant(instant.description) == instant, "written and read again it is the same")
        // What is in UTC with six decimals is what we write.
        if input.count == 27, input[26] == UInt8(ascii: "Z") {
            require(instant.description == input.text.uppercased(), "it is read as it stands")
        }
    }

    static let id = FuzzTarget(
        "id", corpus: ["017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF"]
    ) { input in
        guard let id = ID<FuzzTarget>(utf8: input) else { return }
        require(id.description == input.text.lowercased(), "written it is the same, in lower case")
        require(ID(bytes: id.bytes) == id, "from its bytes it is the same")
    }

    static let cursor = FuzzTarget(
        "cursor", corpus: ["", "Zm9vYmE", "-_8", String(repeating: "A", count: 512), "Zm9vYmF"]
    ) { input in
        let text = input.text
        guard let cursor = try? Cursor(text: text) else { return }
        require(cursor.bytes.count <= Cursor.mostBytes, "limit of bytes")
        require(cursor.text == text, "each cursor has one text")
    }

    static let logMask = FuzzTarget(
        "log-mask",
        corpus: [
            "postgres://u:p@h/d?password=x", "Authorization: Bearer x", "password='a b' c", "token = x", "eyJx.y", "a @ ://",
        ]
    ) { input in
        let text = input.text
        let masked = LogMask.masked(text)
        require(masked.utf8.count <= 16 * LogMask.mostBytes, "limit of length")
        // Whatever stands around it, a password in a URL goes.
        let word = "zQ7vX2wK"
        for secret in [" postgres://u:\(word)@h ", " password=\(word) ", " Bearer \(word) "] {
            require(!LogMask.masked(secret + text).contains(word), "hidden before other text")
            require(text.contains(word) || !LogMask.masked(text + secret).contains(word), "hidden behind other text")
        }
    }
}
