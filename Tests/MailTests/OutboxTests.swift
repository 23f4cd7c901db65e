import Access
import Base
import FeatureKit
import Foundation
import Keys
import Records
import Runtime
import Store
import Synchronization
import TestKit
import Testing

/// Mail that waits in the database, on every engine.
@Suite("Mail on its way out", .timeLimit(.minutes(3)))
struct OutboxTests {
    private static let secretWord = "zapatilla"

    private static func ground(
        _ engine: EngineMatrix, world: World = .live, _ body: (FeatureGround, MemoryMailer, MailSending) async throws -> Void
    )
        async throws
    {
        try await FeatureGround.with(engine, [], world: world) { ground in
            let memory = MemoryMailer()
            try await body(ground, memory, MailSending(ground.host, memory.mailer))
        }
    }

    private static func message(life: Duration? = nil, world: World = .live) throws -> MailMessage {
        try Post.message(
            to: "\(secretWord)@example.org", subject: "Su \(secretWord)", text: "Es \(secretWord).", replyTo: "coach@example.org",
            life: life,
            world: world)
    }

    private static func waiting(_ ground: FeatureGround) async throws -> Int {
        try await ground.rows.first("SELECT count(*) AS many FROM outgoing_mail") { try $0["many"] } ?? -1
    }

    @Test("a mail goes out as it was written once its transaction is there, and then is nowhere any more", arguments: EngineMatrix.all)
    func sent(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, sending in
            let message = try Self.message(life: .seconds(600))
            try await MailOutbox(ground.host).post(message, about: "person-1", in: "clinic")
            #expect(memory.sent.isEmpty)
            #expect(try await Self.waiting(ground) == 1)
            #expect(try await ground.perform(sending.jobs) == ["mail.send"])
            #expect(memory.sent == [message])
            #expect(try await Self.waiting(ground) == 0)
        }
    }

    @Test("a transaction that is taken back sends nothing", arguments: EngineMatrix.all)
    func takenBack(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, sending in
            let letter = try await MailOutbox(ground.host).letter(try Self.message(), in: "clinic")
            await #expect(throws: Undone.self) {
                try await ground.rows.write { tx in
                    try letter.post(tx)
                    throw Undone()
                }
            }
            #expect(try await ground.perform(sending.jobs).isEmpty)
            #expect(memory.sent.isEmpty)
            #expect(try await Self.waiting(ground) == 0)
        }
    }

    @Test("nothing of a mail stands in clear: not in its row, its job or the log", arguments: EngineMatrix.all)
    func sealed(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, _ in
            try await MailOutbox(ground.host).post(try Self.message(), about: "person-1", in: "clinic")
            let bodies = try await ground.rows.rows("SELECT body FROM outgoing_mail") { try $0["body"] as [UInt8] }
            let jobs = try await ground.host.database.rows("SELECT payload, kind, unique_key FROM jobs") { row in
                (try row["payload"] as String) + (try row["kind"] as String)
            }
            #expect(bodies.count == 1 && jobs.count == 1)
            #expect(bodies.allSatisfy { Data($0).range(of: Data(Self.secretWord.utf8)) == nil })
            #expect(jobs.allSatisfy { !$0.contains(Self.secretWord) && !$0.contains("person-1") })

            let lines = Lines()
            let host = Self.logging(ground.host, lines)
            memory.refuse(.mailNotConfigured)
            let failing = MailSending(host, memory.mailer)
            #expect(await ground.failure { try await ground.perform(failing.jobs) } == "mail_not_configured")
            #expect(await ground.failure { try await ground.perform(MailSending(host, .absent(host.log)).jobs) } == "mail_not_configured")
            try await ground.perform(failing.jobs)
            #expect(memory.sent.count == 1 && lines.text.contains("mail sent") && lines.text.contains("mail not sent"))
            #expect(!lines.text.contains(Self.secretWord) && !lines.text.contains("example.org") && !lines.text.contains("person-1"))
        }
    }

    @Test("what is refused for now waits to be tried again, and the mail stays the same", arguments: EngineMatrix.all)
    func again(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, sending in
            let message = try Self.message()
            let letter = try await MailOutbox(ground.host).letter(message, about: "person-1", in: "clinic")
            try await ground.rows.write { tx in try letter.post(tx) }
            memory.refuse(.mailNotConfigured)
            try await Self.working(sending, ground) { queue in
                try await eventually { try await queue.status(of: letter.job)?.state == .waiting }
                #expect(try await queue.status(of: letter.job)?.failure?.code == "mail_not_configured")
            }
            #expect(memory.sent.isEmpty)
            #expect(try await Self.waiting(ground) == 1)
            try await ground.perform(sending.jobs)
            #expect(memory.sent == [message])
        }
    }

    @Test("what is refused for good is tried once, and an operator can send it back", arguments: EngineMatrix.all)
    func forGood(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, sending in
            let message = try Self.message()
            let letter = try await MailOutbox(ground.host).letter(message, in: "clinic")
            try await ground.rows.write { tx in try letter.post(tx) }
            memory.refuse(Failure(.invalid, "mail_refused", Text(es: "No.", en: "No.")))
            try await Self.working(sending, ground) { queue in
                try await eventually { try await queue.status(of: letter.job)?.state == .dead }
                #expect(try await queue.status(of: letter.job)?.attempts == 1)
                #expect(memory.sent.isEmpty)
                #expect(try await Self.waiting(ground) == 1)
                try await queue.retry(letter.job)
                try await eventually { memory.sent == [message] }
            }
        }
    }

    @Test("a mail about somebody who was erased is not sent, and goes", arguments: EngineMatrix.all)
    func erased(_ engine: EngineMatrix) async throws {
        try await Self.ground(engine) { ground, memory, sending in
            try await MailOutbox(ground.host).post(try Self.message(), about: "person-1", in: "clinic")
            let late = try await MailOutbox(ground.host).letter(try Self.message(), about: "person-1", in: "clinic")
            _ = try await Erasure(ground.host.keyring, kinds: [], database: ground.host.database, world: .live)
                .erase("person-1", by: ground.standing("admin-1", ["organisation_admin"]))
            #expect(await ground.failure { try await ground.rows.write { tx in try late.post(tx) } } == "subject_key_gone")
            try await ground.perform(sending.jobs)
            #expect(memory.sent.isEmpty)
            #expect(try await Self.waiting(ground) == 0)
        }
    }

    @Test("a mail whose time is over is not sent")
    func expired() async throws {
        let fixed = FixedWorld(seed: 7)
        try await Self.ground(.sqlite, world: fixed.world) { ground, memory, sending in
            try await MailOutbox(ground.host).post(try Self.message(life: .seconds(600), world: fixed.world), in: "clinic")
            fixed.advance(by: .seconds(601))
            #expect(await ground.failure { try await ground.perform(sending.jobs) } == "mail_expired")
            #expect(memory.sent.isEmpty)
        }
    }

    @Test("what was not sent for three days is removed, and its job finds nothing to do", arguments: EngineMatrix.all)
    func tidied(_ engine: EngineMatrix) async throws {
        let fixed = FixedWorld(seed: 7)
        try await Self.ground(engine, world: fixed.world) { ground, memory, sending in
            try await MailOutbox(ground.host).post(try Self.message(world: fixed.world), in: "clinic")
            fixed.advance(by: MailSending.age - .seconds(1))
            try await sending.tidy()
            #expect(try await Self.waiting(ground) == 1)
            fixed.advance(by: .seconds(1))
            try await sending.tidy()
            #expect(try await Self.waiting(ground) == 0)
            try await ground.perform(sending.jobs)
            #expect(memory.sent.isEmpty)
        }
    }

    /// A real worker is at it while `body` runs.
    private static func working(_ sending: MailSending, _ ground: FeatureGround, _ body: (JobQueue) async throws -> Void) async throws {
        let host = ground.host
        let worker = JobWorker(sending.jobs, host.database, JobSettings { $0.claim = .seconds(2) }, host.log, host.world)
        let running = Task { await worker.run() }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(JobQueue(host.database, host.world))) } catch { outcome = .failure(error) }
        running.cancel()
        await running.value
        try outcome.get()
    }

    private static func logging(_ host: FeatureHost, _ lines: Lines) -> FeatureHost {
        FeatureHost(
            database: host.database, keyring: host.keyring, store: host.store, roles: host.roles, settings: host.settings,
            log: Log(to: LogSink { lines.add($0) }, from: .debug, now: host.world.now), world: host.world)
    }
}

private struct Undone: Error {}

/// What was logged.
private final class Lines: Sendable {
    private let lines = Mutex("")

    func add(_ line: UnsafeRawBufferPointer) { lines.withLock { $0 += String(decoding: line, as: UTF8.self) } }

    var text: String { lines.withLock { $0 } }
}
