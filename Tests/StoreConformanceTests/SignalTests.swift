import Base
import Store
import TestKit
import Testing

/// Channels on which commits tell, and names held by one among many.
@Suite(.timeLimit(.minutes(2)))
struct SignalTests {
    @Test("a commit that tells is heard, by other programs too", arguments: EngineMatrix.all)
    func notification(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("plans")
            let listener = engine == .sqlite ? store.database : try store.another()
            try await listen(to: listener.notifications(on: channel)) { heard in
                // The first is told at once, so that nothing is missed between looking and listening.
                try await heard.next()
                for number in 0..<3 {
                    try await store.database.write { tx in
                        try Counters.add("\(number)", number, tx)
                        try tx.notify(channel)
                    }
                    // Whoever is told looks; sooner or later one look comes after the commit.
                    while try await Counters.all(listener)["\(number)"] == nil { try await heard.next() }
                }
            }
            if engine != .sqlite { await listener.close() }
        }
    }

    @Test("several who listen are all told", arguments: EngineMatrix.all)
    func severalListeners(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("jobs")
            try await listen(to: store.database.notifications(on: channel)) { first in
                try await listen(to: store.database.notifications(on: channel)) { second in
                    try await first.next()
                    try await second.next()
                    try await store.database.write { tx in try tx.notify(channel) }
                    try await first.next()
                    try await second.next()
                }
            }
        }
    }

    @Test("who begins to listen where others do already is told to look at once", arguments: EngineMatrix.all)
    func laterListener(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("jobs")
            try await listen(to: store.database.notifications(on: channel)) { first in
                try await first.next()
                try await listen(to: store.database.notifications(on: channel)) { second in try await second.next() }
            }
        }
    }

    @Test("that something was written is told in this program, unless the write is quiet", arguments: EngineMatrix.all)
    func written(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("plans")
            try await listen(to: store.database.notifications(on: .written)) { written in
                try await written.next()
                try await listen(to: store.database.notifications(on: channel)) { heard in
                    try await heard.next()
                    try await store.database.under { $0.isQuiet = true }.write { tx in try tx.notify(channel) }
                    try await heard.next()
                    try await store.database.write { tx in try Counters.add("1", 1, tx) }
                    try await written.next()
                }
            }
            #expect(
                try await store.database.writeFirst("INSERT INTO counters (name, amount) VALUES ('2', 2) RETURNING 1 AS one") { _ in 0 }
                    == 0)
        }
    }

    @Test("what a commit tells reaches others though its program closes at once", arguments: EngineMatrix.servers)
    func toldBeforeClosing(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("plans")
            try await listen(to: store.database.notifications(on: channel)) { heard in
                try await heard.next()
                for number in 0..<10 {
                    let other = try store.another()
                    try await other.write { tx in
                        try Counters.add("\(number)", 1, tx)
                        try tx.notify(channel)
                    }
                    await other.close()
                    try await heard.next()
                }
            }
        }
    }

    @Test("after the listening connection is lost and found, everyone is told to look", arguments: EngineMatrix.servers)
    func listeningAgain(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let channel = Channel("plans")
            try await listen(to: store.database.notifications(on: channel)) { heard in
                try await heard.next()
                try await store.database.write { tx in try tx.notify(channel) }
                try await heard.next()
                try store.superuser().run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND query ILIKE 'LISTEN%' AND pid <> pg_backend_pid()
                    """)
                try await heard.next()
            }
        }
    }

    @Test("a name is held by one, and free once released", arguments: EngineMatrix.all)
    func lease(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let other = engine == .sqlite ? store.database : try store.another()
            let held = try #require(try await store.database.lease("sealer"))
            #expect(held.isHeld)
            let refused = try await other.lease("sealer")
            #expect(refused == nil)
            let another = try await other.lease("scheduler")
            #expect(another != nil)
            // Writes go on beside it.
            try await store.database.write { tx in
                try tx.lock("sealer")
                try Counters.add("a", 1, tx)
            }
            await held.release()
            let next = try await other.lease("sealer")
            #expect(next != nil)
            await next?.release()
            await another?.release()
            if engine != .sqlite { await other.close() }
        }
    }

    @Test("a lease whose connection is lost says so, and another may have it", arguments: EngineMatrix.servers)
    func lostLease(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let other = try store.another()
            let held = try #require(try await store.database.lease("sealer"))
            try store.superuser().run(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
                WHERE locktype = 'advisory' AND datname = current_database()
                """)
            try await eventually { !held.isHeld }
            let next = try await other.lease("sealer")
            #expect(next != nil)
            await next?.release()
            await other.close()
        }
    }

    @Test("a lease that nobody keeps is free", arguments: EngineMatrix.all)
    func forgottenLease(_ engine: EngineMatrix) async throws {
        try await engine.withStore { store in
            do {
                let held = try await store.database.lease("sealer")
                #expect(held != nil)
            }
            try await eventually {
                guard let next = try await store.database.lease("sealer") else { return false }
                await next.release()
                return true
            }
        }
    }

    @Test("a statement that stands alone is run outside of any transaction", arguments: EngineMatrix.all)
    func alone(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            try await store.database.executeAlone("VACUUM")
            let found = await failure { try await store.database.executeAlone("VACUUM nonsense at all") }
            #expect(found?.code == "bad_statement")
        }
    }

    @Test("a sound database has nothing broken", arguments: EngineMatrix.all)
    func check(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Counters.schema(engine)) { store in
            let findings = try await store.database.check()
            for finding in findings where finding.severity == .broken { Issue.record("\(finding.code): \(finding.message.english)") }
            #expect(findings.map(\.severity) == findings.map(\.severity).sorted())
        }
    }
}

/// What is heard on a channel, with a deadline on each wait.
struct Hearing {
    fileprivate let counter = Counter()

    fileprivate actor Counter {
        private var heard = 0
        private var taken = 0

        func hear() { heard += 1 }

        func take() -> Bool {
            guard taken < heard else { return false }
            taken = heard
            return true
        }
    }

    fileprivate func gather(_ stream: AsyncStream<Void>) async {
        for await _ in stream { await counter.hear() }
    }

    /// Throws `Overdue` where nothing new is heard.
    func next() async throws { try await eventually { await counter.take() } }
}

/// Runs `body` while listening.
func listen(to stream: AsyncStream<Void>, _ body: (Hearing) async throws -> Void) async throws {
    let hearing = Hearing()
    let gathering = Task { await hearing.gather(stream) }
    do { try await body(hearing) } catch {
        gathering.cancel()
        throw error
    }
    gathering.cancel()
    await gathering.value
}
