import Access
import Base
import Foundation
import Keys
import NIOPosix
import Records
import Runtime
import Store
import Web

extension Roster {
    /// Everything that can be asked over HTTP, without a program at work: to be shown, not to be asked.
    static func routesToShow() throws -> [Route] {
        let world = World.live
        let database = Database(AbsentEngine())
        let folder = NSTemporaryDirectory() + "zancada-routes-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try KeyFolder(folder)
        let keyring = Keyring(folder: keys, root: FileRootKey(in: keys, random: world.random), database: database, world: world)
        let reads = ReadLog(database: database, world: world) { _ in }
        let host = FeatureHost(
            database: database, keyring: keyring, store: RecordStore(database: database, keyring: keyring, world: world, reads: reads),
            roles: try roles, settings: try Config(settings), log: Log(to: LogSink { _ in }, now: world.now), world: world,
            destinations: manifests.flatMap(\.destinations))
        return Mounts(
            try assembled(for: host), host,
            authenticator: Authenticator { (_: String) throws(Failure) in throw TokenFault.unknownKey.failure },
            loops: MultiThreadedEventLoopGroup.singleton
        ).routes
    }
}

/// A database that is not there: features are made with it where only what they declare is looked at.
private struct AbsentEngine: DatabaseEngine {
    var dialect: Dialect { .sqlite }
    var gauges: [Gauge] { [] }

    private static let absent = Failure.databaseUnavailable(Text(es: "no se abrió ninguna", en: "none was opened"))

    func write<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        throw Self.absent
    }

    func read<Value: Sendable>(_ terms: Terms, _ body: @escaping @Sendable (borrowing Transaction) throws -> Value) async throws -> Value {
        throw Self.absent
    }

    func query(_ terms: Terms, _ sql: SQL, _ visit: (any RowSource) throws -> Bool) async throws { throw Self.absent }
    func executeAlone(_ terms: Terms, _ sql: SQL) async throws { throw Self.absent }
    func lease(_ name: String) async throws -> (any Lease)? { throw Self.absent }
    func notifications(on channel: Channel) -> AsyncStream<Void> { AsyncStream { $0.finish() } }
    func check() async throws -> [Finding] { throw Self.absent }
    func close(_ terms: Terms) async {}
}
