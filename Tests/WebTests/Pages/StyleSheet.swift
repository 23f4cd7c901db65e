import Foundation
import Testing
import Web

/// The tokens of the style sheet, read from the very bytes that browsers get.
struct StyleSheet {
    /// By theme, name and value: `--text` is `#1C2321`.
    let light: [String: String]
    let darkOfDevice: [String: String]
    let darkByChoice: [String: String]
    let text: String

    init() throws {
        text = String(decoding: Assets.style.bytes, as: UTF8.self)
        light = try Self.tokens(in: text, after: "\n:root {")
        darkOfDevice = try Self.tokens(in: text, after: ":root:not([data-theme=\"light\"]) {")
        darkByChoice = try Self.tokens(in: text, after: "\n:root[data-theme=\"dark\"] {")
    }

    private static func tokens(in text: String, after selector: String) throws -> [String: String] {
        let start = try #require(text.range(of: selector)).upperBound
        let end = try #require(text[start...].firstIndex(of: "}"))
        var tokens: [String: String] = [:]
        for declaration in text[start..<end].split(separator: ";") {
            let parts = declaration.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            if parts.count == 2, parts[0].hasPrefix("--") { tokens[parts[0]] = parts[1] }
        }
        return tokens
    }

    func tokens(_ theme: Theme) -> [String: String] { theme == .dark ? darkByChoice : light }
}

/// WCAG 2.2, "contrast ratio" and "relative luminance".
enum Contrast {
    static func ratio(_ one: String, _ other: String) throws -> Double {
        let (first, second) = (try luminance(one), try luminance(other))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    private static func luminance(_ colour: String) throws -> Double {
        let digits = try #require(UInt32(colour.dropFirst(), radix: 16), "\(colour) is no colour")
        #expect(colour.count == 7)
        let parts = [16, 8, 0].map { shift -> Double in
            let value = Double((digits >> UInt32(shift)) & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
}
