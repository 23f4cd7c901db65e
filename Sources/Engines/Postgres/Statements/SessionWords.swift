import Glibc
import Store

extension SQL {
    /// Whether it would begin, divide or end the transaction, or change what the session is: the engine's business alone.
    ///
    /// The server takes one statement at a time and knows each by its first word (PostgreSQL 15 documentation, "SQL
    /// Commands"); only `set_config` does the same from within. Behind a pooler, what such a statement leaves would be another
    /// program's.
    var isAboutSession: Bool {
        var text = markedText
        return text.withUTF8 { bytes in
            let start = Self.firstWord(bytes)
            return Self.words.contains { Self.has($0, bytes, at: start) } || Self.setsConfiguration(bytes)
        }
    }

    /// No other statement begins with these letters.
    private static let words: [StaticString] = [
        "abort", "begin", "commit", "deallocate", "discard", "end", "listen", "prepare", "release", "reset", "rollback", "savepoint", "set",
        "start", "unlisten",
    ]

    /// Behind blanks and comments, which can hold comments.
    private static func firstWord(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = 0
        var depth = 0
        while index < bytes.count {
            if has("/*", bytes, at: index) {
                depth += 1
                index += 2
            } else if depth > 0, has("*/", bytes, at: index) {
                depth -= 1
                index += 2
            } else if depth == 0, has("--", bytes, at: index) {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") { index += 1 }
            } else if depth > 0 || bytes[index] <= UInt8(ascii: " ") || bytes[index] == UInt8(ascii: ";") {
                index += 1
            } else {
                break
            }
        }
        return index
    }

    private static func setsConfiguration(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        var index = 0
        while index < bytes.count, let found = memchr(start + index, Int32(UInt8(ascii: "_")), bytes.count - index) {
            index = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            if has("set_config", bytes, at: index - 3) { return true }
            index += 1
        }
        return false
    }

    /// Capital or small.
    private static func has(_ word: StaticString, _ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard index >= 0, index + word.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            let (byte, wanted) = (bytes[index + offset], word.utf8Start[offset])
            let isSame = byte == wanted || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte && byte | 0x20 == wanted)
            if !isSame { return false }
        }
        return true
    }
}
