import Base

extension FuzzTarget {
    static let csv = FuzzTarget(
        "csv",
        corpus: ["a,b\r\nc,\"d \"\"e\"\"\"\r\n", "\u{FEFF}x;y\n\"two\r\nlines\",'=1", "\"open", "a\"b", ",,,\n\n", "'=1,''=2,@x,-3"]
    ) { input in
        let bytes = Array(input)
        for separator in [CSV.comma, CSV.semicolon] {
            let limits = CSV.Limits(bytes: 4_096, rows: 64, columns: 16)
            guard let rows = try? CSV.read(bytes, separator: separator, limits: limits) else { continue }
            require(bytes.count <= 4_096 && rows.count <= 64, "limits hold")
            require(rows.allSatisfy { (1...16).contains($0.count) }, "limit of columns")
            let again = try? CSV.read(CSV.write(rows, separator: separator), separator: separator)
            require(again.map { same($0, rows) } == true, "written and read again it is the same")
            for cell in rows.joined() {
                let defused = CSV.defused(cell)
                require(CSV.armed(defused).utf8.elementsEqual(cell.utf8), "a cell that was defused comes back")
                require(defused.utf8.first.map { !"=+-@\t\r\n".utf8.contains($0) } ?? true, "no cell is a formula")
            }
        }
    }

    /// By bytes: what Unicode holds for equal is not the same file.
    private static func same(_ one: [[String]], _ other: [[String]]) -> Bool {
        one.elementsEqual(other) { $0.elementsEqual($1) { $0.utf8.elementsEqual($1.utf8) } }
    }
}
