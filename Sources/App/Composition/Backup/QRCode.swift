import Base
import CQREncode
import Web

/// A QR code (ISO/IEC 18004), as a grid of dark and light squares.
struct QRCode {
    private let width: Int
    private let dark: [Bool]

    /// White squares around it, as the standard asks for.
    private static let margin = 4

    /// Of capital letters, digits and `-`. Half of a quarter of it may be damaged (level Q). Throws `Failure(.fault)` for a text that is too long.
    init(_ text: String) throws(Failure) {
        guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_Q, QR_MODE_8, 1) else {
            throw Failure(
                .fault, "qr_code",
                Text(
                    es: "No se pudo hacer el código QR: avise a quien mantiene el programa.",
                    en: "The QR code could not be made: tell whoever maintains the program."))
        }
        defer { QRcode_free(code) }
        width = Int(code.pointee.width)
        dark = (0..<width * width).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// For pages.
    var matrix: QRMatrix? { QRMatrix(width: width, isDark: dark) }

    private var side: Int { width + 2 * Self.margin }

    private func isDark(_ column: Int, _ row: Int) -> Bool {
        let (column, row) = (column - Self.margin, row - Self.margin)
        guard (0..<width).contains(column), (0..<width).contains(row) else { return false }
        return dark[row * width + column]
    }

    /// The dark squares as one path, in a box of one unit a square.
    var svgPath: String {
        var path = ""
        for row in 0..<side { for column in 0..<side where isDark(column, row) { path += "M\(column) \(row)h1v1h-1z" } }
        return path
    }

    var svgSide: Int { side }

    /// Two rows of squares a line of text, dark on light whatever the terminal's colours: light squares are drawn.
    var halfBlocks: String {
        stride(from: 0, to: side, by: 2).map { row in
            (0..<side).map { column in
                switch (isDark(column, row), row + 1 < side && isDark(column, row + 1)) {
                case (true, true): " "
                case (true, false): "▄"
                case (false, true): "▀"
                case (false, false): "█"
                }
            }.joined() + "\n"
        }.joined()
    }
}
