import Base
import Foundation
import Store
import TestKit

/// Looks for what must not stand in clear, as it is or written in one of the usual ways.
struct Traces {
    private let forms: [(name: String, bytes: Data)]

    init(_ secrets: [String: String]) {
        forms = secrets.flatMap { name, text in
            let bytes = Data(text.utf8)
            var forms: [(String, Data)] = [(name, bytes), ("\(name), in lower case", Data(text.lowercased().utf8))]
            let hexadecimal = Hexadecimal.string(Array(bytes))
            forms += [("\(name), hexadecimal", Data(hexadecimal.utf8)), ("\(name), hexadecimal", Data(hexadecimal.uppercased().utf8))]
            for shift in 0..<3 {
                let base64 = Data(bytes.dropFirst(shift).prefix((bytes.count - shift) / 3 * 3)).base64EncodedString()
                forms.append(("\(name), base64", Data(base64.utf8)))
                forms.append(("\(name), base64url", Data(base64.replacing("+", with: "-").replacing("/", with: "_").utf8)))
            }
            forms.append(("\(name), UTF-16", text.data(using: .utf16LittleEndian) ?? bytes))
            return forms.map { (name: $0.0, bytes: $0.1) }
        }
    }

    /// The names of what was found.
    func found(in bytes: Data) -> Set<String> { Set(forms.filter { bytes.range(of: $0.bytes) != nil }.map(\.name)) }
}

/// All that a database holds, as whoever steals it reads it.
struct Dump {
    let bytes: Data

    init(_ engine: EngineMatrix, _ database: Database) async throws {
        bytes = engine == .sqlite ? try await Self.files(database) : try await Self.rows(database)
    }

    /// The file with its log, rows that were written over among it.
    private static func files(_ database: Database) async throws -> Data {
        let file = try await database.first("PRAGMA database_list") { try $0["file"] as String }
        guard let file, let main = FileManager.default.contents(atPath: file), let log = FileManager.default.contents(atPath: file + "-wal")
        else { throw NoSuchDatabase() }
        return main + log
    }

    /// Every row of every table, for each organisation that has rows behind a wall.
    private static func rows(_ database: Database) async throws -> Data {
        let tables = try await database.rows(
            "SELECT CAST(table_name AS text) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ) { try $0["name"] as String }
        guard tables.count > 30 else { throw NoSuchDatabase() }
        var text = ""
        for organisation in ["clinic", "hospital", "_identity"] {
            for table in tables {
                let lines = try await database.within(organisation: organisation).rows(
                    "SELECT CAST(line AS text) AS line FROM \(name: table) AS line"
                ) { try $0["line"] as String }
                text += lines.map { "\(table) \($0)\n" }.joined()
            }
        }
        return Data(text.utf8)
    }
}

struct NoSuchDatabase: Error {}
