import Access
import Base
import Keys
import Records
import Store
import Testing
import Transparency

@Suite(.timeLimit(.minutes(2)))
struct JournalTests {
    private let kind = Note.kind.shape
    private static let origin = "zancada/test"

    private func failure(_ body: () async throws -> some Any) async -> Failure? {
        do {
            _ = try await body()
            return nil
        } catch { return error as? Failure }
    }

    private func checkpoints(_ clinic: Clinic) async throws -> Checkpoints {
        let name = try #require(NoteKeyName(Self.origin))
        let signer = try NoteSigner(name: name, seed: try await clinic.keyring.signingSeed())
        return Checkpoints(database: clinic.database, signer: signer, origin: Self.origin, world: .live)
    }

    private func verify(_ clinic: Clinic, since: SignedCheckpoint? = nil) async throws -> JournalVerifier.Report {
        let checkpoints = try await checkpoints(clinic)
        return try await JournalVerifier(clinic.database, origin: Self.origin, keys: [checkpoints.verifier]).verify(
            organisations: ["clinic"], since: since, stored: try await checkpoints.all())
    }

    private func write(_ count: Int, _ clinic: Clinic) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            ids.append(try await clinic.store.create(kind, clinic.note("Nota \(number)"), about: "patient-1", by: clinic.admin).id)
        }
        return ids
    }

    @Test("what was written is whole, and every checkpoint is held against it")
    func whole() async throws {
        try await Clinic.with { clinic in
            _ = try await write(30, clinic)
            let first = try await checkpoints(clinic).sign()
            #expect(first.checkpoint.size == 30)
            #expect(try await checkpoints(clinic).sign() == first, "nothing was added")
            _ = try await write(300, clinic)
            let second = try await checkpoints(clinic).sign()
            let report = try await verify(clinic, since: first)
            #expect(report.faults.isEmpty && report.size == 330 && report.checkpoints == 2)
            #expect(report.root == second.checkpoint.root)
        }
    }

    private static let changes: [SQL] = [
        "UPDATE journal_entries SET actor = 'nobody' WHERE entry = 7", "UPDATE journal_entries SET body = x'00' WHERE entry = 3",
        "UPDATE journal_entries SET leaf = randomblob(32) WHERE entry = 3", "UPDATE journal_entries SET subjects = NULL WHERE entry = 3",
        "DELETE FROM journal_entries WHERE entry = 20", "DELETE FROM journal_entries WHERE entry = 7",
        "UPDATE journal_entries SET entry = 40 WHERE entry = 7",
        "INSERT INTO journal_entries SELECT 21, id, tenant, at, actor, on_behalf_of, verb, kind, record, version, shape, sealing_subject, subjects, key_version, salt, randomblob(32), body FROM journal_entries WHERE entry = 1",
    ]

    @Test("an entry that was altered, removed, put in, or moved is found", arguments: changes.indices)
    func tampering(change: Int) async throws {
        try await Clinic.with { clinic in
            _ = try await write(20, clinic)
            let kept = try await checkpoints(clinic).sign()
            try await clinic.database.write { tx in
                for trigger in ["entries_stay", "entries_remain", "subjects_remain"] {
                    try tx.execute("DROP TRIGGER \(name: "journal_\(trigger)")")
                }
                // Whom they are about would hold the entries back.
                try tx.execute("DELETE FROM journal_subjects")
                try tx.execute(Self.changes[change])
            }
            let report = try await verify(clinic, since: kept)
            #expect(!report.faults.isEmpty)
        }
    }

    @Test("a proof stands alone, and a disclosed key opens its version and no other")
    func proofs() async throws {
        try await Clinic.with { clinic in
            let id = try await write(5, clinic)[2]
            _ = try await clinic.store.update(kind, id, clinic.note("Segunda"), ifVersion: 1, by: clinic.admin)
            let checkpoints = try await checkpoints(clinic)
            let signed = try await checkpoints.sign()
            let prover = JournalProof(clinic.database, clinic.keyring, world: .live)
            let file = try await prover.file(for: id, version: 1, by: clinic.admin, checkpoint: signed, disclosing: true)
            try InclusionProofFile(file.bytes).verify(origin: Self.origin, keys: [checkpoints.verifier])
            let disclosed = try #require(file.entryKey)
            let key = try #require(EntryKey(bytes: disclosed))
            let context = EntryContext(tenant: "clinic", kind: "note", record: id, version: 1)
            #expect(try Sealing.open(try #require(file.sealedBody), under: key, as: context) == clinic.note("Nota 2"))
            let second = try await prover.file(for: id, version: nil, by: clinic.admin, checkpoint: signed, disclosing: true)
            let other = EntryContext(tenant: "clinic", kind: "note", record: id, version: 2)
            #expect(throws: SealingError.self) { try Sealing.open(try #require(second.sealedBody), under: key, as: other) }
            let bare = try await prover.file(for: id, version: 1, by: clinic.admin, checkpoint: signed, disclosing: false)
            #expect(bare.sealedBody == nil && bare.entryKey == nil)
            let never = await failure {
                try await prover.file(for: id, version: 9, by: clinic.admin, checkpoint: signed, disclosing: false)
            }
            #expect(never?.kind == .notFound)
        }
    }

    @Test("whoever is erased is gone from the records, and the journal still verifies")
    func erasure() async throws {
        try await Clinic.with { clinic in
            let id = try await write(1, clinic)[0]
            let other = try await clinic.store.create(kind, clinic.note("Otra"), about: "patient-2", by: clinic.admin)
            let before = try await checkpoints(clinic).sign()
            let erasure = Erasure(clinic.keyring, kinds: [kind], database: clinic.database, world: .live)
            #expect(try await erasure.erase("patient-1", by: clinic.admin).isEmpty)
            let gone = await failure { try await clinic.store.read(kind, id, by: clinic.admin) }
            #expect(gone?.code == "record_not_found")
            let late = await failure { try await clinic.store.create(kind, clinic.note("Tarde"), about: "patient-1", by: clinic.admin) }
            #expect(late?.code == "subject_erased")
            #expect(try await erasure.complete(in: "clinic", by: clinic.admin).subjects == ["patient-1"])
            #expect(try await clinic.store.read(kind, other.id, by: clinic.admin).body == clinic.note("Otra"))
            let signed = try await checkpoints(clinic).sign()
            let told = await failure {
                try await JournalProof(clinic.database, clinic.keyring, world: .live).file(
                    for: id, version: 1, by: clinic.admin, checkpoint: signed, disclosing: true)
            }
            #expect(told?.code == "key_gone")
            let report = try await verify(clinic, since: before)
            #expect(report.faults.isEmpty)
        }
    }
}

/// Whoever follows a long journal reads a page of it, not all of it.
struct JournalPlanTests {
    @Test("a page from a late position is found by an index")
    func late() async throws {
        try await Clinic.with { clinic in
            let statement = JournalReader.statement(of: "clinic", from: 1_000_000, atMost: 100, "entries.entry AS entry", .sqlite)
            let plan: [String] = try await clinic.database.rows("EXPLAIN QUERY PLAN \(statement)") { try $0["detail"] }
            #expect(plan.joined(separator: "; ").contains("journal_entries_by_tenant (tenant=? AND entry>?)"), "\(plan)")
            #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN") })
        }
    }
}
