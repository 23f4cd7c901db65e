import Base
import Records
import Testing

@Suite("Words of names")
struct SearchFoldingTests {
    private static func words(_ text: String) -> [String] {
        WordFolding.words(of: text, atMost: 64).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "are the same however they are written",
        arguments: [
            ("garcia", ["García", "GARCÍA", "Garci\u{301}a", "ＧＡＲＣÍＡ", "ＧａｒｃＩ\u{301}ａ", "garcía\u{200D}", "Gar\u{AD}cía"]),
            ("nunez", ["Núñez", "NÚÑEZ", "Nu\u{301}n\u{303}ez", "nuñez", "Nunez"]),
            ("strauss", ["Strauß", "STRAUSS", "STRAUẞ", "Strauss"]),
            ("sorensen", ["Sørensen", "SØRENSEN", "Sorensen"]),
            ("lukasz", ["Łukasz", "łukasz", "LUKASZ"]),
            ("aegir", ["Ægir", "ÆGIR", "aegir"]),
            ("istanbul", ["İstanbul", "ISTANBUL", "ıstanbul", "istanbul"]),
            ("σοφοσ", ["σοφός", "ΣΟΦΌΣ", "Σοφος"]),
            ("иоанн", ["Йоанн", "ИОАНН", "И\u{306}оанн"]),
            ("fiol", ["ﬁol", "FIOL"]),
            ("\u{1112}\u{1161}\u{11AB}", ["한", "\u{1112}\u{1161}\u{11AB}"]),
        ] as [(String, [String])])
    func spellings(_ folded: String, _ spellings: [String]) {
        for spelling in spellings { #expect(Self.words(spelling) == [folded], "\(spelling)") }
    }

    @Test(
        "part at whatever is no letter or digit",
        arguments: [
            ("García-Márquez", ["garcia", "marquez"]), ("O'Higgins", ["o", "higgins"]), ("O’Higgins", ["o", "higgins"]),
            ("O\u{2BC}Higgins", ["o", "higgins"]), ("María José", ["maria", "jose"]), ("  de   la\tCruz\n", ["de", "la", "cruz"]),
            ("M.ª del Mar", ["m", "a", "del", "mar"]), ("Juan2", ["juan2"]), ("José\u{A0}Luis", ["jose", "luis"]),
            ("Ana (Anita) Ruiz, jr.", ["ana", "anita", "ruiz", "jr"]), ("Ana😀Luz", ["ana", "luz"]), ("", []), ("¡¿—!?", []),
            ("\u{301}", []), ("山田 太郎", ["山田", "太郎"]),
        ] as [(String, [String])])
    func parts(_ text: String, _ words: [String]) {
        #expect(Self.words(text) == words)
    }

    @Test("are bounded in length, between characters, and in number")
    func bounds() {
        let long = WordFolding.words(of: String(repeating: "語", count: 100), atMost: 8)
        #expect(long.map(\.count) == [60] && String(validating: long[0], as: UTF8.self) == String(repeating: "語", count: 20))
        let cut = WordFolding.words(of: String(repeating: "a", count: 59) + "語b c", atMost: 8)
        #expect(cut.map(\.count) == [59, 1])
        #expect(WordFolding.words(of: String(repeating: "a ", count: 100), atMost: 8).count == 8)
    }

    @Test("a search is refused without a letter, when it is too long, and when it has too many words")
    func refusals() throws {
        func code(_ text: String) -> String? {
            do throws(Failure) { _ = try SearchWords(text) } catch { return error.kind == .invalid ? error.code : nil }
            return nil
        }
        #expect(code("") == "search_empty" && code(" -'\u{301}\u{200D} ") == "search_empty")
        #expect(code(String(repeating: "a", count: 200)) == nil && code(String(repeating: "a", count: 201)) == "search_too_long")
        #expect(code("a b c d e f g h") == nil && code("a b c d e f g h i") == "search_too_many_words")
        #expect(code("\u{FDFA}") == nil)
        #expect(try SearchWords("Ana ana ÁNA").words == [Array("ana".utf8)])
    }

    @Test("all words of a search begin words of the name, in any order, and whole ones count more")
    func matching() throws {
        let name = WordFolding.words(of: "María José García-Márquez", atMost: 64)
        func beginnings(_ text: String) throws -> Int? { try SearchWords(text).beginnings(in: name) }
        #expect(try beginnings("garcia") == 0)
        #expect(try beginnings("mar") == 1)
        #expect(try beginnings("márquez jose") == 0)
        #expect(try beginnings("g jose m") == 2)
        #expect(try beginnings("arquez") == nil)
        #expect(try beginnings("maria lopez") == nil)
        #expect(try beginnings("mariajose") == nil)
    }
}
