/// Comma-separated values as RFC 4180 has them: cells in rows, quoted where they hold a separator, a quote or a line break.
///
/// Strict where leniency would guess: a quote within an unquoted cell, text after a closing quote, bytes that are no UTF-8 are
/// faults with their place. Rows may have different counts of cells; whoever knows the columns judges that.
package enum CSV {
    /// What a reader accepts before it gives up.
    package struct Limits: Sendable, Hashable {
        package var bytes: Int
        package var rows: Int
        package var columns: Int

        package init(bytes: Int = 16 << 20, rows: Int = 100_000, columns: Int = 256) {
            self.bytes = bytes
            self.rows = rows
            self.columns = columns
        }
    }

    package static let comma = UInt8(ascii: ",")
    /// What spreadsheets write where the comma stands within numbers.
    package static let semicolon = UInt8(ascii: ";")

    /// All rows. Lines end with CRLF or LF, the last one with either or nothing; a byte order mark is passed over; nothing at all is
    /// no row, and an empty line is a row of one empty cell. Throws `CSVError`. Cost: linear.
    package static func read(
        _ bytes: [UInt8], separator: UInt8 = comma, limits: Limits = Limits()
    ) throws(CSVError) -> [[String]] {
        guard bytes.count <= limits.bytes else { throw CSVError(.tooLarge, row: 1, column: 1) }
        var scanner = CSVScanner(bytes, separator: separator, limits: limits)
        return try scanner.rows()
    }

    /// Rows as `read` takes them back, each with CRLF behind it. A row has at least one cell.
    package static func write(_ rows: some Sequence<[String]>, separator: UInt8 = comma) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in rows {
            precondition(!row.isEmpty, "a row has at least one cell")
            for (index, cell) in row.enumerated() {
                if index > 0 { bytes.append(separator) }
                append(cell, separator, to: &bytes)
            }
            bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        }
        return bytes
    }

    private static func append(_ cell: String, _ separator: UInt8, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let isSpecial = cell.utf8.contains { $0 == separator || $0 == quote || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        // What begins with the mark would be taken for one at the beginning of a file.
        guard isSpecial || cell.unicodeScalars.first == "\u{FEFF}" else { return bytes.append(contentsOf: cell.utf8) }
        bytes.append(quote)
        for byte in cell.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}

/// Formulas (OWASP, "CSV Injection"): a spreadsheet runs a cell that begins with one of a few characters.
extension CSV {
    private static let openings: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]

    /// The cell with an apostrophe before it where a spreadsheet would run it; `armed` takes it away again.
    package static func defused(_ cell: String) -> String { isMarkable(cell[...]) ? "'\(cell)" : cell }

    /// The cell as it was before `defused`. An apostrophe that was always there stays.
    package static func armed(_ cell: String) -> String {
        guard cell.unicodeScalars.first == "'" else { return cell }
        let rest = String.UnicodeScalarView(cell.unicodeScalars.dropFirst())
        return isMarkable(Substring(String(rest))) ? String(rest) : cell
    }

    /// Whether it is a formula after any number of apostrophes, so that one more or less can be told.
    private static func isMarkable(_ cell: Substring) -> Bool {
        guard let first = cell.unicodeScalars.first(where: { $0 != "'" }) else { return false }
        return openings.contains(first)
    }
}

/// Where and why a file is no CSV.
package struct CSVError: Error, Sendable, Hashable {
    /// What it broke.
    package enum Reason: String, Sendable, Hashable {
        case tooLarge
        case tooManyRows
        case tooManyColumns
        case notUTF8
        /// NUL: no text holds one.
        case nul
        /// A quote within a cell that does not begin with one.
        case strayQuote
        /// Something behind a closing quote that is neither separator nor end of line.
        case afterQuote
        case unclosedQuote
        /// A carriage return without a line feed.
        case carriageReturn
    }

    package let reason: Reason
    /// From 1.
    package let row: Int
    /// From 1.
    package let column: Int

    init(_ reason: Reason, row: Int, column: Int) {
        self.reason = reason
        self.row = row
        self.column = column
    }
}
