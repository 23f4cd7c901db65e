import Base
import Foundation
import SQLiteEngine
import Store

/// The database that a restore fills.
protocol RestoredDatabase: Sendable {
    /// Throws where there is something already; changes nothing.
    func requireFree() async throws
    /// `body` writes the stream, in order.
    func fill(_ body: (_ write: (_ bytes: [UInt8]) async throws -> Void) async throws -> Void) async throws
    /// Opens it for as long as `body` runs.
    func using<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value
    /// How a table was called that has another name until the restore is finished.
    func name(ofRestored table: String) -> String
    /// Everything is proved: it may be started.
    func finish() async throws
    /// Takes away what was put there.
    func remove() async throws
}

extension RestoredDatabase {
    func name(ofRestored table: String) -> String { table }
    func finish() async throws {}
}

/// A file in the new folder, which goes with the folder.
struct RestoredSQLite: RestoredDatabase {
    private let path: String
    private let world: World

    init(in folder: String, world: World) {
        path = folder + "/zancada.db"
        self.world = world
    }

    func requireFree() async throws {}

    func fill(_ body: (_ write: (_ bytes: [UInt8]) async throws -> Void) async throws -> Void) async throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure.restoreTargetRefused(path, errno) }
        defer { close(file) }
        let path = path
        try await body { bytes in
            var done = 0
            while done < bytes.count {
                let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failure.restoreTargetRefused(path, errno) }
                done += count
            }
        }
    }

    func using<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value {
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: path), world: world)
        return try await database.closing(after: body)
    }

    func remove() async throws {}
}
