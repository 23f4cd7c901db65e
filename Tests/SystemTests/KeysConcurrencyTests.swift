import Foundation
import TestKit
import Testing

/// Keys that change in one process while others write: PostgreSQL, since SQLite serves one program.
@Suite("keys while others write", .timeLimit(.minutes(4)))
struct KeysConcurrencyTests {
    @Test("while an epoch is rolled and the root rotated, again and again, every write is kept and opens afterwards")
    func writers() async throws {
        let servers = try TestServers.running()
        let name = "zancada_keys_\(UUID().uuidString.prefix(8).lowercased())"
        let session = try SuperuserSession(servers.superuser)
        try session.run("CREATE DATABASE \(name) OWNER zancada_owner")
        defer { _ = try? session.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }
        let ground = try KeysGround(environment: ["ZANCADA_DATABASE_URL": servers.owner.with { $0.database = name }.text])
        for organisation in ["clinic", "other"] { try ground.make(organisation) }
        let known = try ground.keep("al principio", in: "clinic")

        let changes = 4
        let kept = try await withThrowingTaskGroup { group in
            for writer in 0..<2 {
                group.addTask {
                    // One after the other, until the keys have changed often enough; at most this many.
                    var kept: [KeysGround.Kept] = []
                    for number in 0..<40 {
                        let text = "escrito \(writer)-\(number)"
                        let organisation = number.isMultiple(of: 3) ? "other" : "clinic"
                        let subject = number.isMultiple(of: 2) && organisation == known.organisation ? known.subject : nil
                        kept.append(try ground.keep(text, in: organisation, about: subject))
                        if FileManager.default.fileExists(atPath: ground.scratch.path("over")) { break }
                    }
                    return kept
                }
            }
            group.addTask {
                defer { _ = try? ground.scratch.file("over") }
                for _ in 0..<changes {
                    _ = try ground.object("keys", "roll", "--org", "clinic", "--json")
                    _ = try ground.object("keys", "rotate-root", "--json")
                }
                return []
            }
            return try await group.reduce(into: [known]) { $0 += $1 }
        }
        #expect(kept.count > 2 * changes, "\(kept.count) were written meanwhile")
        try ground.expectReadable(kept)
        try ground.expectWhole()
        try ground.expectClean()
        let status = try ground.run("keys", "status", "--json").output
        #expect(status.contains("\(changes + 1)"), "\(status)")
    }
}
