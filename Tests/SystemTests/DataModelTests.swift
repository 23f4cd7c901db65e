import Foundation
import Testing

/// `docs/data-model.md` says what is in the database, and nothing else.
@Suite("the data model's document")
struct DataModelTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func page() throws -> String {
        try String(contentsOf: Zancada.root.appending(path: "docs/data-model.md"), encoding: .utf8)
    }

    @Test("the kinds of records are as the program knows them")
    func kinds() throws {
        let kinds = try Zancada.run(["record", "kinds", "--language", "en"])
        #expect(kinds.status == 0, "\(kinds.errors)")
        let parts = try page().components(separatedBy: "`zancada record kinds` prints -->\n")
        let written = try #require(parts.last?.components(separatedBy: "<!-- end of kinds -->").first)
        #expect(parts.count == 2 && written == kinds.output, "run make docs")
    }

    @Test("every table and column of the database is in it")
    func columns() throws {
        let data = scratch.path("data")
        #expect(try Zancada.run(["migrate", "--data", data]).status == 0)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import sqlite3, sys
            database = sqlite3.connect(f"file:{sys.argv[1]}/zancada.db?mode=ro", uri=True)
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"):
                for (column,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,)):
                    print(table, column)
            """, data,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && text.contains("journal_entries salt"))
        let page = try page()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            // What the migrator and the installation keep of themselves is told in operations.md.
            if ["migrations", "installation"].contains(where: { words[0].hasPrefix($0) || words[0].hasSuffix($0) }) { continue }
            let table = words[0].hasPrefix("record_") && words[0] != "record_keys" ? "record_<kind>" : String(words[0])
            #expect(page.contains("`\(table)`"), "table \(table)")
            // Those of a field stand under the kind that has it.
            let column = words[1].hasPrefix("f_") && table == "record_<kind>" ? String(words[1].dropFirst(2)) : String(words[1])
            #expect(page.contains("`\(column)`"), "column \(line)")
        }
    }
}
