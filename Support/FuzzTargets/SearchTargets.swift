import Base
import Records

extension FuzzTarget {
    static let searchWords = FuzzTarget(
        "search-words",
        corpus: [
            "María José García-Márquez", "O'Higgins", "nu\u{301}n\u{303}ez", "ＧＡＲＣＩＡ", "ﬁ \u{FDFA} ß ẞ Ǆ ŉ", "한글 山田", "a b c d e f g h i",
            "\u{200D}\u{301}'", "Σοφός İı", "ﷺ ½ ⅷ ㎏ ꙮ",
        ]
    ) { input in
        let text = input.text
        let words = WordFolding.words(of: text, atMost: 16)
        require(words.count <= 16, "limit of words")
        require(words.allSatisfy { (1...WordFolding.mostBytes).contains($0.count) }, "limit of bytes")
        let strings = words.compactMap { String(validating: $0, as: UTF8.self) }
        require(strings.count == words.count, "words are cut between characters")
        let again = WordFolding.words(of: strings.joined(separator: " "), atMost: 16)
        require(again == words, "folded once more they are the same")
        guard let query = try? SearchWords(text) else { return }
        require(!query.words.isEmpty && query.words.count <= SearchWords.mostWords, "limits of a search")
        require(query.beginnings(in: words) == 0, "a name is found by itself, whole")
    }
}
