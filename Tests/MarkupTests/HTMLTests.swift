import Base
import Markup
import Testing

@Suite("HTML")
struct HTMLTests {
    @Test(
        "what is interpolated cannot act as markup",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("' autofocus onfocus='x", "&#39; autofocus onfocus=&#39;x"),
            ("a & b &amp; c", "a &amp; b &amp;amp; c"),
            ("</style><svg/onload=x>", "&lt;/style&gt;&lt;svg/onload=x&gt;"),
            ("]]><!--", "]]&gt;&lt;!--"),
            ("a\u{0}b\u{1B}c\u{85}d\r", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d\u{FFFD}"),
            ("Ñandú 97° − 😀", "Ñandú 97° − 😀"),
            ("line\nand\ttab", "line\nand\ttab"),
            ("<\u{301}", "&lt;\u{301}"),
        ])
    func escaping(_ hostile: String, _ escaped: String) {
        let text: HTML = "<p>\(hostile)</p>"
        #expect(text.markup == "<p>\(escaped)</p>")
        let attribute: HTML = "<p title=\"\(hostile)\">"
        #expect(attribute.markup == "<p title=\"\(escaped)\">")
        #expect(HTML(text: hostile).markup == escaped)
    }

    @Test("pieces nest as they are, lists join, nothing stays nothing")
    func nesting() {
        let items: [HTML] = ["<li>\("a<b")</li>", "<li>\(2)</li>"]
        let missing: HTML? = nil
        let page: HTML = "<ul>\(items)\(missing)</ul>"
        #expect(page.markup == "<ul><li>a&lt;b</li><li>2</li></ul>")
        #expect(items.joined() == items[0] + items[1])
        #expect(HTML().isEmpty)
        #expect(page.bytes == Array(page.markup.utf8))
        #expect(HTML(constant: "<b>&amp;</b>").markup == "<b>&amp;</b>")
    }
}

@Suite("Numbers for people")
struct WordingTests {
    @Test("follow the language")
    func numbers() {
        #expect(Language.spanish.number(-2.25, decimals: 1) == "−2,3")
        #expect(Language.english.number(-2.25, decimals: 1) == "−2.3")
        #expect(Language.spanish.number(-0.2) == "0")
        #expect(Language.spanish.number(.nan) == "–")
        #expect(Language.english.degrees(96.5) == "97°")
        #expect(Language.spanish.degrees(between: 91.6, and: 101.2) == "entre 92° y 101°")
        #expect(Language.english.degrees(between: 91.6, and: 92.2) == "92°")
    }

    @Test("say durations in seconds, then in minutes")
    func durations() {
        #expect(Language.spanish.duration(seconds: 2.34) == "2,3\u{A0}s")
        #expect(Language.english.duration(seconds: 65.2) == "1\u{A0}min 5\u{A0}s")
        #expect(Language.english.duration(seconds: 59.6) == "1\u{A0}min")
        #expect(Language.english.duration(seconds: .infinity) == "–")
    }
}
