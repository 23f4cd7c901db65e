import Access
import Base
import Store
import TestKit
import Testing

/// Who is let in to a person's data, and until when, as it is kept on either database.
@Suite(.timeLimit(.minutes(2)))
struct RelationTests {
    private let world = FixedWorld(seed: 9).world

    private func relation(
        from: Int64 = 10, until: Int64? = nil, _ role: RoleName = "therapist", to subject: Identifier = "ana",
        in tenant: Identifier = "clinic"
    ) throws -> Relation {
        try Relation(
            id: world.id(), tenant: tenant, subject: subject, grantee: "eva", role: role, from: Instant(microseconds: from),
            until: until.map { Instant(microseconds: $0) }, reason: .referral)
    }

    private func withClinic(_ engine: EngineMatrix, _ body: (Database, RoleBook) async throws -> Void) async throws {
        try await engine.withStore(Note.schema(engine)) { store in
            try await body(store.database.within(organisation: "clinic"), try RoleBook())
        }
    }

    private func failure(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test("what was granted is read back as it was", arguments: EngineMatrix.all)
    func roundTrip(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            let granted = [
                try relation(until: 20, to: "o'; DROP TABLE access_relations; --"), try relation("physician", to: "😀%_\\"),
                try relation("caregiver"),
            ]
            try await database.write { tx in for relation in granted { try RelationTable.grant(relation, by: book, tx) } }
            for relation in granted {
                let read = try await database.read { tx in try RelationTable.relations(to: relation.subject, in: "clinic", tx) }
                #expect(read == [relation])
            }
            let elsewhere = try await database.read { tx in try RelationTable.relations(to: "ana", in: "elsewhere", tx) }
            #expect(elsewhere.isEmpty)
        }
    }

    @Test("two are related once in a role at a time", arguments: EngineMatrix.all)
    func overlaps(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            try await database.write { tx in try RelationTable.grant(try self.relation(from: 10, until: 20), by: book, tx) }
            for (from, until) in [(10, 20), (5, 11), (19, 30), (12, 13), (5, nil), (19, nil)] as [(Int64, Int64?)] {
                let found = await failure {
                    try await database.write { tx in try RelationTable.grant(try self.relation(from: from, until: until), by: book, tx) }
                }
                #expect(found?.code == "relation_overlaps" && found?.kind == .conflict, "\(from) \(String(describing: until))")
            }
            // Next to it, in another role, and with somebody else there is room.
            try await database.write { tx in
                try RelationTable.grant(try self.relation(from: 5, until: 10), by: book, tx)
                try RelationTable.grant(try self.relation(from: 20), by: book, tx)
                try RelationTable.grant(try self.relation(from: 12, "caregiver"), by: book, tx)
                try RelationTable.grant(try self.relation(from: 12, to: "luz"), by: book, tx)
            }
        }
    }

    @Test("of many who grant the same at once, one succeeds", arguments: EngineMatrix.all)
    func race(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            let relations = try (0..<12).map { _ in try relation() }
            let granted = await withTaskGroup(of: Bool.self) { group in
                for relation in relations {
                    group.addTask {
                        await self.failure { try await database.write { tx in try RelationTable.grant(relation, by: book, tx) } } == nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(granted == 1)
        }
    }

    @Test("an end takes effect at its moment, once, and never makes a relation longer", arguments: EngineMatrix.all)
    func ending(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            let (open, short, future) = (
                try relation(), try relation(until: 20, "caregiver"), try relation(from: 100, "physician")
            )
            try await database.write { tx in for relation in [open, short, future] { try RelationTable.grant(relation, by: book, tx) } }
            @Sendable func end(_ relation: Relation, at moment: Int64, in tenant: Identifier = "clinic") async throws -> Relation {
                try await database.write { tx in
                    try RelationTable.end(relation.id, in: tenant, at: Instant(microseconds: moment), tx)
                }
            }
            let ended = try await end(open, at: 50)
            #expect(!ended.holds(at: Instant(microseconds: 50)) && ended.holds(at: Instant(microseconds: 49)))
            #expect(await failure { _ = try await end(open, at: 50) }?.code == "relation_ended")
            #expect(await failure { _ = try await end(open, at: 90) }?.code == "relation_ended")
            #expect(await failure { _ = try await end(short, at: 20) }?.code == "relation_ended")
            #expect(await failure { _ = try await end(short, at: 15, in: "elsewhere") }?.code == "relation_unknown")
            let never = try await end(future, at: 60)
            #expect(never.until == never.from && !never.holds(at: never.from))
            // Where it stood, there is room again.
            try await database.write { tx in try RelationTable.grant(try self.relation(from: 100, "physician"), by: book, tx) }
            let kept = try await database.read { tx in try RelationTable.relations(to: "ana", in: "clinic", tx) }
            #expect(kept.count == 4 && kept.contains(ended) && kept.contains(never))
        }
    }

    @Test("an erased person is related to nobody", arguments: EngineMatrix.all)
    func forgetting(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            try await database.write { tx in
                try RelationTable.grant(try self.relation(until: 20), by: book, tx)
                try RelationTable.grant(try self.relation("caregiver"), by: book, tx)
                try RelationTable.grant(try self.relation(to: "luz"), by: book, tx)
            }
            let forgotten = try await database.write { tx in try RelationTable.forget("ana", in: "clinic", tx) }
            #expect(forgotten == 2)
            let (gone, left) = try await database.read { tx in
                (try RelationTable.relations(to: "ana", in: "clinic", tx), try RelationTable.relations(to: "luz", in: "clinic", tx))
            }
            #expect(gone.isEmpty && left.count == 1)
        }
    }

    @Test("one organisation neither sees nor writes another's", arguments: EngineMatrix.servers)
    func wall(_ engine: EngineMatrix) async throws {
        try await withClinic(engine) { database, book in
            let there = try relation(in: "elsewhere")
            #expect(await failure { try await database.write { tx in try RelationTable.grant(there, by: book, tx) } } != nil)
        }
    }

    @Test("what cannot be a relation is refused, and says why")
    func validation() async throws {
        for (from, until) in [(10, 10), (10, 9)] as [(Int64, Int64)] {
            let fault = #expect(throws: Failure.self) { try relation(from: from, until: until) }
            #expect(fault?.code == "relation_interval" && fault?.kind == .invalid)
        }
        let fault = #expect(throws: Failure.self) { try relation(to: "eva") }
        #expect(fault?.code == "relation_to_oneself")
        #expect(Relation.Reason("Dolor de rodilla") == nil)
        try await EngineMatrix.sqlite.withStore(Note.schema(.sqlite)) { store in
            let book = try RoleBook()
            let unknown = try relation("wizard")
            let found = await failure { try await store.database.write { tx in try RelationTable.grant(unknown, by: book, tx) } }
            #expect(found?.code == "relation_role_unknown")
        }
    }
}
