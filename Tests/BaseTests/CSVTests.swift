import Base
import Testing

@Suite("CSV")
struct CSVTests {
    private func read(_ text: String, separator: UInt8 = CSV.comma) throws -> [[String]] {
        try CSV.read(Array(text.utf8), separator: separator)
    }

    @Test(
        "is read as RFC 4180 says",
        arguments: [
            ("", []), ("a", [["a"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("\"a\",\"b,c\"\r\n", [["a", "b,c"]]), ("\"say \"\"no\"\"\"", [["say \"no\""]]),
            ("\"two\r\nlines\",x", [["two\r\nlines", "x"]]),
            (",\r\n", [["", ""]]), ("\r\n\r\na", [[""], [""], ["a"]]), ("\u{FEFF}a,b", [["a", "b"]]), (" a , b ", [[" a ", " b "]]),
            ("\"\"", [[""]]), ("é,😀", [["é", "😀"]]),
        ] as [(String, [[String]])])
    func reading(text: String, rows: [[String]]) throws {
        #expect(try read(text) == rows)
    }

    @Test(
        "is refused where it would be a guess, with the place",
        arguments: [
            ("a\"b", CSVError.Reason.strayQuote, 1, 1), ("a\r\nb,\"c\"d", .afterQuote, 2, 2), ("a,\"b", .unclosedQuote, 1, 2),
            ("a\rb", .carriageReturn, 1, 1), ("a\u{0}", .nul, 1, 1),
        ])
    func faults(text: String, reason: CSVError.Reason, row: Int, column: Int) throws {
        let error = try #require(throws: CSVError.self) { try read(text) }
        #expect(error.reason == reason && error.row == row && error.column == column, "\(error)")
    }

    @Test("has bounds, and takes UTF-8 alone")
    func bounds() throws {
        let limits = CSV.Limits(bytes: 20, rows: 2, columns: 3)
        func reason(_ bytes: [UInt8]) throws -> CSVError.Reason? {
            try #require(throws: CSVError.self) { try CSV.read(bytes, limits: limits) }.reason
        }
        #expect(try CSV.read(Array("1,2,3\n4,5,6\n".utf8), limits: limits).count == 2)
        #expect(try reason(Array(repeating: 0x61, count: 21)) == .tooLarge)
        #expect(try reason(Array("1\n2\n3".utf8)) == .tooManyRows)
        #expect(try reason(Array("1,2,3,4".utf8)) == .tooManyColumns)
        #expect(try reason([0x61, 0xFF]) == .notUTF8)
    }

    @Test("comes back as it was written, whatever is in the cells", arguments: [CSV.comma, CSV.semicolon])
    func roundTrip(separator: UInt8) throws {
        var random = FixedWorld(seed: 5).world.random
        let pieces = ["", ",", ";", "\"", "\r\n", "\n", "\r", "a", "é", "e\u{301}", "=", "'", "\u{FEFF}", " ", "|", "\\", "\t", "👩‍⚕️"]
        for _ in 0..<2_000 {
            let rows = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
                }
            }
            let back = try CSV.read(CSV.write(rows, separator: separator), separator: separator)
            #expect(back.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
            for cell in rows.joined() {
                let defused = CSV.defused(cell)
                #expect(Array(CSV.armed(defused).utf8) == Array(cell.utf8))
                #expect(defused.unicodeScalars.first.map { !"=+-@\t\r\n".unicodeScalars.contains($0) } ?? true)
            }
        }
    }

    @Test(
        "no cell is a formula, and each comes back",
        arguments: [
            ("=1+1", "'=1+1"), ("-5", "'-5"), ("'=x", "''=x"), ("'tis", "'tis"), ("''", "''"), ("＝A1", "'＝A1"), ("a=b", "a=b"), ("", ""),
        ])
    func formulas(cell: String, shown: String) {
        #expect(CSV.defused(cell) == shown && CSV.armed(shown) == cell)
    }
}
