/// A place in a list: bytes of whoever made the list, which the other side only hands back.
///
/// It is not secret and not signed: it holds sort keys and ids, never personal data, and whoever reads it checks it like any
/// input.
package struct Cursor: Sendable, Hashable {
    package static let mostBytes = 768

    package let bytes: [UInt8]

    /// At most `mostBytes`, which is for the maker to keep.
    package init(_ bytes: [UInt8]) {
        precondition(bytes.count <= Self.mostBytes, "a cursor holds at most \(Self.mostBytes) bytes")
        self.bytes = bytes
    }

    /// From base64url without padding (RFC 4648, section 5), in the one form that `text` writes: no white space, no
    /// padding, no bits left over. Throws `Failure(.invalid)` for all else and beyond `mostBytes`.
    package init(text: String) throws(Failure) {
        guard text.utf8.count <= Self.mostBytes * 4 / 3, let bytes = Base64URL.read(text.utf8) else {
            throw Failure(
                .invalid, "cursor",
                Text(
                    es: "La marca de página no es válida: pida la primera página y siga las marcas que reciba.",
                    en: "The page cursor is not valid: ask for the first page and follow the cursors you receive."))
        }
        self.bytes = bytes
    }

    package var text: String { Base64URL.string(bytes) }
}

extension Cursor: CustomStringConvertible {
    package var description: String { text }
}
