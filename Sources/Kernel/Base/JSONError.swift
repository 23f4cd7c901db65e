/// Why bytes are not the JSON that was expected, and where.
package struct JSONError: Error, Sendable, Hashable {
    /// What was wrong with the bytes.
    package enum Reason: String, Sendable, Hashable {
        case endOfInput = "the input ends too early"
        case unexpectedByte = "a byte that cannot stand here"
        case trailingBytes = "something follows the value"
        case invalidUTF8 = "not UTF-8"
        case controlCharacter = "a control character in a string"
        case invalidEscape = "an unknown escape in a string"
        case loneSurrogate = "half a surrogate pair in a string"
        case invalidNumber = "a malformed number"
        case numberOutOfRange = "a number too large for 64-bit floating point"
        case duplicateName = "the same member twice in an object"
        case tooDeep = "nested too deeply"
        case tooLarge = "larger than allowed"
    }

    package let reason: Reason
    /// Bytes from the start of the input to the place where reading could not go on.
    package let offset: Int

    package init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String { "\(reason.rawValue), at byte \(offset)" }
}
