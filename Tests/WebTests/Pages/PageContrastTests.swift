import Base
import Foundation
import Markup
import Testing
import Web

@Suite("Colours of pages")
struct PageContrastTests {
    /// Each pair that stands on a page, and how far apart it must be: 4.5 for text, 3 for what is seen and not read (WCAG 1.4.3, 1.4.11).
    static let pairs: [(front: String, backs: [String], least: Double)] = [
        ("text", ["page", "card", "sunk", "action-tint", "good-tint", "caution-tint", "stop-tint"], 7),
        ("second", ["page", "card", "sunk", "action-tint"], 4.5),
        ("action", ["page", "card", "sunk", "action-tint"], 4.5),
        ("action-deep", ["page", "card", "sunk", "action-tint"], 4.5),
        ("on-action", ["action", "action-deep"], 4.5),
        ("on-stop", ["stop", "stop-deep"], 4.5),
        ("good", ["good-tint", "card", "page"], 4.5),
        ("caution", ["caution-tint", "card", "page"], 4.5),
        ("stop", ["stop-tint", "card", "page"], 4.5),
        ("control", ["page", "card"], 3),
        ("left", ["page", "card"], 3), ("right", ["page", "card"], 3),
        ("action", ["rule"], 3), ("good", ["rule"], 3), ("caution", ["rule"], 3), ("stop", ["rule"], 3),
    ]

    @Test("every pair that is used is far enough apart, in both themes", arguments: [Theme.light, .dark])
    func contrast(_ theme: Theme) throws {
        let tokens = try StyleSheet().tokens(theme)
        for pair in Self.pairs {
            let front = try #require(tokens["--\(pair.front)"])
            for back in pair.backs {
                let ratio = try Contrast.ratio(front, try #require(tokens["--\(back)"]))
                #expect(ratio >= pair.least, "\(theme): \(pair.front) on \(back) is \(ratio)")
            }
        }
    }

    @Test("the ratio is that of WCAG")
    func known() throws {
        #expect(abs(try Contrast.ratio("#000000", "#FFFFFF") - 21) < 1e-9)
        // #767676 is the lightest grey that passes on white.
        #expect(try Contrast.ratio("#767676", "#FFFFFF") >= 4.5)
        #expect(try Contrast.ratio("#777777", "#FFFFFF") < 4.5)
    }

    @Test("dark is the same whether the device or the reader chose it, and changes every colour")
    func dark() throws {
        let sheet = try StyleSheet()
        #expect(sheet.darkOfDevice == sheet.darkByChoice)
        let colours = sheet.light.filter { $0.value.hasPrefix("#") }.keys
        #expect(Set(colours) == Set(sheet.darkByChoice.filter { $0.value.hasPrefix("#") }.keys))
        for name in colours { #expect(sheet.light[name] != sheet.darkByChoice[name], "\(name)") }
    }

    @Test("every colour is in a pair, and rules name tokens alone")
    func complete() throws {
        let sheet = try StyleSheet()
        let paired = Set(Self.pairs.flatMap { [$0.front] + $0.backs }.map { "--\($0)" })
        #expect(Set(sheet.light.filter { $0.value.hasPrefix("#") }.keys).subtracting(paired) == [])
        let defined = Set(sheet.light.keys)
        for use in sheet.text.components(separatedBy: "var(").dropFirst() {
            let name = String(use.prefix { $0 != ")" && $0 != "," })
            #expect(defined.contains(name), "\(name) is used and not defined")
        }
    }

    @Test("the browser's bar and the icon have the colours of the sheet")
    func elsewhere() throws {
        let sheet = try StyleSheet()
        let page = Shell().page(Text(es: "a", en: "b"), Interface(.english), "").markup
        #expect(page.contains("content=\"\(sheet.light["--card"] ?? "")\" media=\"(prefers-color-scheme: light)\""))
        #expect(page.contains("content=\"\(sheet.darkByChoice["--card"] ?? "")\" media=\"(prefers-color-scheme: dark)\""))
        #expect(String(decoding: Assets.icon.bytes, as: UTF8.self).contains(sheet.light["--action"] ?? "-"))
    }
}
