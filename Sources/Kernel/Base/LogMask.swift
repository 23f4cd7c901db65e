/// The second wall of the log: hides what looks like a password or token in text that was judged to be public. It rather
/// hides too much.
///
/// Hidden are: what stands before `@` in a URL; what follows `Bearer`, `Basic` and names such as `password` with `=` or `:`,
/// quoted or not; and JSON Web Tokens. Cost: linear.
package enum LogMask {
    /// Longer texts are cut, and their last word with it.
    package static let mostBytes = 1_024
    package static let hidden = "‹redacted›"

    private static let names = [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key", "authorization", "cookie",
        "credential", "private_key", "contraseña", "clave",
    ].map { Array($0.utf8) }

    private static let schemes = ["bearer", "basic", "negotiate"].map { Array($0.utf8) }
    private static let schemeEnd = Array("://".utf8)
    /// Of a JSON Web Token, in lower case: base64 of `{"`.
    private static let tokenStart = Array("eyj".utf8)

    /// The text with `hidden` in place of what looks secret; the rest as it is.
    package static func masked(_ text: String) -> String {
        var bytes = Array(text.utf8.prefix(mostBytes))
        if bytes.count < text.utf8.count {
            while let last = bytes.last, !isSpace(last) { bytes.removeLast() }
            bytes += Array("…".utf8)
        }
        var result: [UInt8] = []
        var state = State.open
        for part in parts(of: bytes) {
            if isSpace(bytes[part.lowerBound]) {
                result += bytes[part]
            } else {
                state = append(Array(bytes[part]), after: state, to: &result)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private enum State: Equatable {
        case open
        /// The word before said that this one is secret.
        case secret
        /// Within a secret that ends with this quotation mark.
        case quoted(UInt8)
    }

    /// Words and the white space between them, in turn.
    private static func parts(of bytes: [UInt8]) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        for at in bytes.indices.dropFirst() where isSpace(bytes[at]) != isSpace(bytes[at - 1]) {
            parts.append(start..<at)
            start = at
        }
        if start < bytes.count { parts.append(start..<bytes.count) }
        return parts
    }

    /// Appends what may be seen of a word, and says what follows from it for the next one.
    private static func append(_ word: [UInt8], after state: State, to result: inout [UInt8]) -> State {
        let folded = word.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
        switch state {
        case .quoted(let mark):
            result += hidden.utf8
            return word.contains(mark) ? .open : state
        case .secret:
            result += hidden.utf8
            // "password = x", "token is: x" and "Authorization: Bearer x": the secret is still to come.
            if isScheme(folded) || word.last == UInt8(ascii: "=") || word.last == UInt8(ascii: ":") { return .secret }
            return stateInside(word[...])
        case .open: break
        }
        if isScheme(folded) {
            result += word
            return .secret
        }
        var rest = word[...]
        var seen = folded[...]
        if let separator = range(of: schemeEnd, in: seen), let at = seen.lastIndex(of: UInt8(ascii: "@")),
            at >= separator.upperBound
        {
            result += word[..<separator.upperBound]
            result += hidden.utf8
            rest = word[at...]
            seen = folded[at...]
        }
        if let start = secretStart(seen) {
            result += rest[..<start]
            let isEmpty = start == rest.endIndex
            if !isEmpty { result += hidden.utf8 }
            return isEmpty ? .secret : stateInside(rest[start...])
        }
        if let token = range(of: tokenStart, in: seen) {
            result += rest[..<token.lowerBound]
            result += hidden.utf8
            return .open
        }
        result += rest
        return namesASecret(seen) ? .secret : .open
    }

    /// A secret that begins with a quotation mark and does not end with it goes on in the next word.
    private static func stateInside(_ secret: ArraySlice<UInt8>) -> State {
        guard let mark = secret.first, mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") else { return .open }
        return secret.dropFirst().contains(mark) ? .open : .quoted(mark)
    }

    /// Behind the first `=` or `:` that follows a secret's name; nil where there is none.
    private static func secretStart(_ folded: ArraySlice<UInt8>) -> Int? {
        names.compactMap { name -> Int? in
            guard let found = range(of: name, in: folded) else { return nil }
            let separator = folded[found.upperBound...].firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
            return separator.map { $0 + 1 }
        }.min()
    }

    /// "password" alone, before "= x" or "is x".
    private static func namesASecret(_ folded: ArraySlice<UInt8>) -> Bool {
        names.contains { folded.suffix($0.count).elementsEqual($0) }
    }

    /// "Bearer" or "Basic", alone or at the end of a word such as `"Authorization:Bearer`.
    private static func isScheme(_ folded: [UInt8]) -> Bool {
        schemes.contains { folded.suffix($0.count).elementsEqual($0) }
    }

    /// By hand: the standard library's search of collections takes a microsecond to begin.
    private static func range(of needle: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
        var start = text.startIndex
        while start + needle.count <= text.endIndex {
            if text[start] == needle[0], text[start..<start + needle.count].elementsEqual(needle) {
                return start..<start + needle.count
            }
            start += 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
}
