import Base

/// What somebody typed to find records: words, each of which must be the beginning of a word of the record.
package struct SearchWords: Sendable, Hashable {
    /// In Unicode scalars.
    package static let mostCharacters = 200
    package static let mostWords = 8

    /// Folded, each once, in the order typed; never empty.
    package let words: [[UInt8]]

    /// Throws `Failure(.invalid)` for text without a letter or digit, of more than `mostCharacters`, or of more than `mostWords`.
    package init(_ text: String) throws(Failure) {
        guard text.unicodeScalars.prefix(Self.mostCharacters + 1).count <= Self.mostCharacters else { throw .searchTooLong }
        let folded = WordFolding.words(of: text, atMost: Self.mostWords + 1)
        guard folded.count <= Self.mostWords else { throw .searchTooManyWords }
        guard !folded.isEmpty else { throw .searchEmpty }
        words = folded.reduce(into: []) { words, word in
            if !words.contains(word) { words.append(word) }
        }
    }

    /// How many of the words are only beginnings of the name's, and no whole word of it; nil where one is not even that.
    package func beginnings(in name: [[UInt8]]) -> Int? {
        var beginnings = 0
        for word in words {
            if name.contains(word) { continue }
            guard name.contains(where: { $0.starts(with: word) }) else { return nil }
            beginnings += 1
        }
        return beginnings
    }
}

/// Where a record stands among those that were found: whole words before beginnings, then by name, then by id.
struct FoundPlace: Comparable {
    let beginnings: Int
    let name: [[UInt8]]
    let id: String

    static func < (one: FoundPlace, other: FoundPlace) -> Bool {
        if one.beginnings != other.beginnings { return one.beginnings < other.beginnings }
        if one.name != other.name { return one.name.lexicographicallyPrecedes(other.name) { $0.lexicographicallyPrecedes($1) } }
        return one.id < other.id
    }
}

extension KindShape {
    /// How many words of a record are found; later ones are not.
    package static let mostWords = 64

    /// The words by which a body is found, those of its first field first. Throws where it is no JSON.
    package func words(in body: [UInt8]) throws -> [[UInt8]] {
        let json = try JSON.parse(body, limits: limits)
        var words: [[UInt8]] = []
        for field in wordFields { Self.collect(json[field.name] ?? .null, &words) }
        return words
    }

    private static func collect(_ json: JSON, _ words: inout [[UInt8]]) {
        guard words.count < mostWords else { return }
        switch json {
        case .string(let text): words += WordFolding.words(of: text, atMost: mostWords - words.count)
        case .array(let elements): for element in elements { collect(element, &words) }
        case .object(let object): for member in object.members { collect(member.value, &words) }
        default: break
        }
    }
}

extension Failure {
    fileprivate static let searchEmpty = Failure(
        .invalid, "search_empty",
        Text(
            es: "La búsqueda está vacía: escriba al menos una letra del nombre.",
            en: "The search is empty: type at least one letter of the name."))

    fileprivate static let searchTooLong = Failure(
        .invalid, "search_too_long",
        Text(
            es: "La búsqueda tiene más de \(SearchWords.mostCharacters) caracteres: escriba solo parte del nombre.",
            en: "The search has more than \(SearchWords.mostCharacters) characters: type only part of the name."))

    fileprivate static let searchTooManyWords = Failure(
        .invalid, "search_too_many_words",
        Text(
            es: "La búsqueda tiene más de \(SearchWords.mostWords) palabras: escriba solo parte del nombre.",
            en: "The search has more than \(SearchWords.mostWords) words: type only part of the name."))
}
