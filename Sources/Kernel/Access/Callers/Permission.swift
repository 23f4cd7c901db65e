/// Something that a role allows, as `note.read`: what it is about, then what is done.
package struct Permission: WordName {
    package let text: String

    /// Lower-case words of letters, digits and underscores, two or more, with dots between them, at most 100 bytes.
    package init?(_ text: String) {
        guard text.utf8.count <= 100, isDottedName(text, fewestWords: 2) else { return nil }
        self.text = text
    }
}

/// The name of a role, as `field_agent`: in tokens, in relations, in rules.
package struct RoleName: WordName {
    package let text: String

    /// One lower-case word of letters, digits and underscores, at most 63 bytes.
    package init?(_ text: String) {
        guard text.utf8.count <= 63, !text.utf8.contains(UInt8(ascii: ".")), isDottedName(text, fewestWords: 1) else { return nil }
        self.text = text
    }
}
