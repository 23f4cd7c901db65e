import Access
import Base
import Foundation
import Gateway
import Keys
import LiveKit
import NIOPosix
import Records
import Runtime
import SQLiteEngine
import Store
import Transparency

/// A server of live updates whose memory and speed `benchmarks/websockets` measures. It says its port, then answers lines: `memory`,
/// `publish`, `end`; each answer is a line of JSON.
@main
enum LiveBenchmark {
    static let notice = KindShape(
        "notice", about: .organisation,
        access: RecordAccess(read: everyone, create: everyone, change: everyone),
        fields: [FieldShape("text", .text(1...1_000), isRequired: true)])
    private static let everyone = AccessRule(.grant(to: .sameOrganisation, upTo: .internal))

    static func main() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "zancada-live-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: folder + "/live.db"), world: .live)
        let host = try await host(database, folder)
        let group = MultiThreadedEventLoopGroup.singleton
        let identity = LiveIdentity { (token: String) async throws(Failure) in
            Standing(Caller(actor: try Identifier(token), tenant: "clinic"), by: host.roles, at: host.world.now())
        }
        let limits = LiveLimits { limits in
            limits.connectionsOfAddress = 100_000
            limits.connectionsOfCaller = 100_000
        }
        let feed = LiveFeed(host, kinds: [notice], identity: identity, loops: group, limits: limits)
        let reception = LiveReception(feed)
        let server = try await LiveServer(LiveDoor(reception), on: group)
        let following = Task { try await feed.run() }
        say("{\"port\":\(server.port)}")
        let standing = Standing(Caller(actor: "writer", tenant: "clinic"), by: host.roles, at: host.world.now())
        while let line = readLine() {
            switch line {
            case "memory":
                let figures = reception.gauges.map { "\"\($0.name)\":\(Int($0.value))" }.joined(separator: ",")
                say("{\"resident_kib\":\(resident()),\(figures)}")
            case "publish":
                let begun = host.world.elapsed()
                _ = try await host.store.create(notice, Array(#"{"text":"x"}"#.utf8), by: standing)
                say("{\"begun_ns\":\(nanoseconds(begun)),\"written_ns\":\(nanoseconds(host.world.elapsed()))}")
            default: break
            }
            if line == "end" { break }
        }
        following.cancel()
        _ = await following.result
        try await server.close()
        await database.close()
    }

    private static func host(_ database: Database, _ folder: String) async throws -> FeatureHost {
        let series = [KeysSchema.migrations, RelationTable.migrations, JournalTables.migrations, Subjects.migrations]
        let statements = series.flatMap(\.migrations).flatMap { $0.statements(database.dialect) } + RecordTable(notice).creation(database.dialect)
        try await database.write { tx in for statement in statements { try tx.execute(statement) } }
        let keys = try KeyFolder(folder + "/keys")
        let root = FileRootKey(in: keys, random: World.live.random)
        try await root.create()
        let keyring = Keyring(folder: keys, root: root, database: database, world: .live)
        try await keyring.establish("clinic")
        let reads = ReadLog(database: database, world: .live, interval: .milliseconds(500)) { _ in }
        return FeatureHost(
            database: database, keyring: keyring, store: RecordStore(database: database, keyring: keyring, world: .live, reads: reads),
            roles: try RoleBook(), settings: try Config([]), log: Log(to: LogSink { _ in }, from: .critical, now: World.live.now),
            world: .live)
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    private static func nanoseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000
    }

    /// proc(5): the second word of statm counts resident pages.
    private static func resident() -> Int {
        let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4 : 0
    }
}
