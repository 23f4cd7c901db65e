/// A piece of a page, HTML or inline SVG, in which nothing that came from outside can act as markup.
///
/// Written as a literal; what is interpolated is escaped, pieces of `HTML` nest as they are:
///
/// ```swift
/// let row: HTML = "<tr><th scope=\"row\">\(name)</th><td>\(degrees)</td></tr>"
/// ```
///
/// Escaping is safe in text and in attribute values **within quotation marks**. It does not make a value safe as a
/// URL, in a `style` or event attribute, or inside `<script>` and `<style>`: do not interpolate there.
///
/// Literals are `StaticString`, so no string that is only known when running can become markup.
package struct HTML: Sendable, Hashable {
    /// The markup, well-formed as far as its literals were.
    package private(set) var markup: String

    /// Nothing.
    package init() {
        markup = ""
    }

    /// A constant that is taken as markup, unescaped: a style sheet, an icon.
    package init(constant: StaticString) {
        markup = constant.description
    }

    /// Text that is shown as it is, whatever it contains.
    package init(text: String) {
        markup = ""
        markup.appendEscaped(text)
    }

    package var isEmpty: Bool { markup.isEmpty }

    /// As UTF-8, for a file or an answer.
    package var bytes: [UInt8] { Array(markup.utf8) }

    package static func + (left: HTML, right: HTML) -> HTML {
        var sum = left
        sum += right
        return sum
    }

    package static func += (left: inout HTML, right: HTML) {
        left.markup += right.markup
    }
}

extension Sequence<HTML> {
    /// The pieces one after the other.
    package func joined() -> HTML {
        reduce(into: HTML()) { $0 += $1 }
    }
}

extension HTML: ExpressibleByStringInterpolation {
    package init(stringLiteral constant: StaticString) {
        self.init(constant: constant)
    }

    package init(stringInterpolation: Interpolation) {
        markup = stringInterpolation.markup
    }

    /// What may stand in `\(…)`. A floating-point number says its decimals, so that none is ever shown unrounded.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        package mutating func appendInterpolation(_ text: String) {
            markup.appendEscaped(text)
        }

        package mutating func appendInterpolation(_ number: Int) {
            markup += String(number)
        }

        /// A piece of a page, as it is; nothing for nil.
        package mutating func appendInterpolation(_ piece: HTML?) {
            if let piece { markup += piece.markup }
        }

        package mutating func appendInterpolation(_ pieces: [HTML]) {
            for piece in pieces { markup += piece.markup }
        }
    }
}

extension String {
    /// Appends with the five characters replaced that mean something in HTML, and with U+FFFD for control characters,
    /// which no page may contain (HTML Living Standard, 13.2.3.5).
    fileprivate mutating func appendEscaped(_ text: String) {
        if text.utf8.allSatisfy(\.isPlain) {
            self += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": self += "&amp;"
            case "<": self += "&lt;"
            case ">": self += "&gt;"
            case "\"": self += "&quot;"
            case "'": self += "&#39;"
            case "\n", "\t": unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": unicodeScalars.append("\u{FFFD}")
            default: unicodeScalars.append(scalar)
            }
        }
    }
}

extension UInt8 {
    /// ASCII that stands for itself on a page.
    fileprivate var isPlain: Bool {
        switch self {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: self >= 0x20 && self < 0x7F
        }
    }
}
