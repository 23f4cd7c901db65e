import Base
import Foundation
import Store

/// What a conformance test runs on: everything that stands behind `Store`.
package enum EngineMatrix: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite
    case postgres
    /// PostgreSQL through PgBouncer in transaction mode.
    case pooled

    package static let all = allCases
    /// Those that a network can cut off.
    package static let servers: [EngineMatrix] = [.postgres, .pooled]

    package var description: String { rawValue }

    package var dialect: Dialect { self == .sqlite ? .sqlite : .postgres }

    /// Runs `body` on a database of its own, empty but for `schema`, which its owner made; closes and removes it afterwards,
    /// whatever happened. Throws `ServersAreMissing` where there is no server.
    package func withStore<Value>(
        _ schema: [SQL] = [], _ settings: EngineSettings = EngineSettings(), _ body: (TestStore) async throws -> Value
    ) async throws -> Value {
        let ground: any Ground = self == .sqlite ? try FolderGround() : try await ServerGround.fresh()
        let outcome: Result<Value, any Error>
        do {
            let store = try await TestStore(self, on: ground, schema, settings)
            do { outcome = .success(try await body(store)) } catch { outcome = .failure(error) }
            await store.close()
        } catch {
            outcome = .failure(error)
        }
        try ground.clear()
        return try outcome.get()
    }
}

/// What a test changes about an engine. nil: as the engine has it.
package struct EngineSettings: Sendable {
    /// PostgreSQL.
    package var mostConnections: Int?
    /// Closures or callers that may wait.
    package var mostWaiting: Int?
    /// PostgreSQL: how often a closure may run.
    package var mostTries: Int?
    /// PostgreSQL: whether a proxy that can cut stands before the server or the pooler.
    package var isProxied = false
    /// PostgreSQL: whether reads may go to the replica.
    package var hasReplica = false
    /// PostgreSQL: whether it works as the owner of the tables, as migrations do.
    package var isOwner = false
    package var deadline: Duration = .seconds(20)
    package var world: World = .live

    package init(_ change: (inout EngineSettings) -> Void = { _ in }) {
        change(&self)
    }
}

/// Where a database stands for the length of one test.
protocol Ground: Sendable {
    /// Called once everything on it is closed.
    func clear() throws
}

/// A folder that goes with the test.
struct FolderGround: Ground {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "zancada-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var databasePath: String { folder.appending(path: "zancada.db").path }

    /// A connection that nobody waits for any more may take its own files away at the same moment.
    func clear() throws {
        for _ in 0..<Self.mostTries {
            do {
                return try FileManager.default.removeItem(at: folder)
            } catch let error as CocoaError where error.code == .fileNoSuchFile {
                continue
            }
        }
    }

    private static let mostTries = 10
}
