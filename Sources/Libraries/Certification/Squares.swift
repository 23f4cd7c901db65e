import Base
import Markup

/// The dark and light squares of a QR code, as the statement holds them: so whoever draws the page again needs no encoder, whose choice
/// among masks may be another.
package struct Squares: Sendable, Hashable {
    /// The largest QR code is version 40 (ISO/IEC 18004).
    package static let widths = 21...177

    package let width: Int
    /// `width * width`, line by line.
    package let isDark: [Bool]

    /// nil unless there are as many squares as a square of such a width has.
    package init?(width: Int, isDark: [Bool]) {
        guard Self.widths.contains(width), isDark.count == width * width else { return nil }
        self.width = width
        self.isDark = isDark
    }

    /// Eight squares a byte, the first in the highest bit; what is left of the last byte is zero.
    var packed: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (isDark.count + 7) / 8)
        for (index, isDark) in isDark.enumerated() where isDark { bytes[index / 8] |= 0x80 >> UInt8(index % 8) }
        return bytes
    }

    /// nil for another count of bytes, or where bits are left over that are not zero.
    init?(width: Int, packed: [UInt8]) {
        guard Self.widths.contains(width), packed.count == (width * width + 7) / 8 else { return nil }
        self.init(width: width, isDark: (0..<width * width).map { packed[$0 / 8] & (0x80 >> UInt8($0 % 8)) != 0 })
        guard self.packed == packed else { return nil }
    }

    /// Dark on white in a box of one unit a square, with the quiet zone of four that the standard asks for.
    func drawing(_ meaning: String) -> HTML {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                var end = column
                while end < width, isDark[row * width + end] { end += 1 }
                if end > column { path += "M\(column + 4) \(row + 4)h\(end - column)v1H\(column + 4)z" }
                column = max(end, column + 1)
            }
        }
        let side = width + 8
        return """
            <svg class="qr" viewBox="0 0 \(side) \(side)" role="img" aria-label="\(meaning)" shape-rendering="crispEdges">\
            <path fill="#FFFFFF" d="M0 0h\(side)v\(side)H0z"/><path fill="#000000" d="\(path)"/></svg>
            """
    }
}
