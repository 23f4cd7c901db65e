import Base
import Foundation
import SQLiteEngine
import Store

/// A folder of its own for one test, gone afterwards.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "zancada-sqlite-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var file: String { "\(path)/test.db" }

    func configuration(_ change: (inout SQLiteConfiguration) -> Void = { _ in }) -> SQLiteConfiguration {
        var configuration = SQLiteConfiguration(path: file)
        change(&configuration)
        return configuration
    }

    func open(_ change: (inout SQLiteConfiguration) -> Void = { _ in }) throws -> (engine: SQLiteDatabase, database: Database) {
        let engine = try SQLiteDatabase.openEngine(configuration(change), world: .live)
        return (engine, Database(engine))
    }
}

extension Database {
    /// A table `notes(id, body)` with some rows.
    func makeNotes(_ count: Int = 0) async throws {
        try await write { tx in
            try tx.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL CHECK (length(body) <= 5000)) STRICT")
            try tx.load(into: "notes", columns: ["id", "body"], rows: (0..<count).map { [.integer(Int64($0)), .text("note \($0)")] })
        }
    }

    func noteCount() async throws -> Int {
        try await first("SELECT count(*) AS count FROM notes") { try $0["count"] as Int } ?? -1
    }
}

/// The `Failure` that `body` throws; nil where it throws none, and another error goes on.
func failure<Value>(_ body: () async throws -> Value) async throws -> Failure? {
    do {
        _ = try await body()
        return nil
    } catch let failure as Failure {
        return failure
    }
}
