import Access
import Base
import Certification
import Evaluation
import FeatureKit
import Keys
import Records
import Runtime
import Store
import TestKit
import Testing
import Transparency
import Web

@Suite("Evaluation: what a clinician certifies", .timeLimit(.minutes(5)))
struct CertifyingTests {
    private static let rejection = ReviewRequest(.reject, because: .poorRecording, words: "Aleje el teléfono y grabe otra vez.")

    @Test("certified as it is: signed, told, and checked by whoever has a file alone", arguments: EngineMatrix.all)
    func certified(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let entry = try await studio.measured()
            #expect(try await studio.page(entry).contains("Valoración previa, sin certificar"))
            let reviewed = try await studio.review(ReviewRequest(.certify, words: "Siga así."), entry)
            #expect(reviewed.evaluation.state == .certified)
            let review = try #require(reviewed.evaluation.review)
            #expect(review.decision == .certified && review.reviewer == "therapist-1" && review.words == "Siga así.")
            let key = try await studio.installationKey()
            for name in ["report", "report.json", "certificate"] {
                let file = try CertifiedFile(try await studio.bytes(name, of: entry))
                let findings = file.findings(key: key)
                #expect(findings.allSatisfy { $0.outcome == .shown }, "\(name): \(findings)")
                #expect(file.certificate.statement.digest == review.statementDigest)
                #expect(file.certificate.statement.number == review.certificate)
            }
            let page = try await studio.page(entry)
            #expect(page.contains("✓ Certificado") && page.contains("Siga así.") && !page.contains("sin certificar"))
            #expect(page.contains("\(Staff.place)/certificates/\(review.certificate ?? "–")"))
            let told = try await studio.ground.told()
            #expect(told.filter { $0 == "published evaluation.certified" }.count == 1)
            // Asked again, it is the very same certificate.
            #expect(try await studio.bytes("certificate", of: entry) == studio.bytes("certificate", of: entry))
        }
    }

    @Test("certified with changes: each stands above the report in words, and signed")
    func amended() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            let result = try #require(entry.evaluation.result)
            var changes: [ReviewRequest.Change] = [.init(.repetitions, to: "5"), .init(.exercise, to: "lunge")]
            if let fault = result.faults.first { changes.append(.init(.fault, from: fault.key)) }
            changes.append(.init(.fault, to: "loss_of_balance"))
            let reviewed = try await studio.review(ReviewRequest(.amend, changes: changes), entry)
            let review = try #require(reviewed.evaluation.review)
            #expect(review.decision == .amended && review.amendments.count == changes.count)
            let first = try #require(review.amendments.first)
            #expect(first.what == .exercise && first.from == "squat" && first.to == "lunge")
            let page = try await studio.page(entry)
            #expect(page.contains("Certificado con cambios") && page.contains("Las repeticiones son 5, no 3."))
            for amendment in review.amendments { #expect(page.contains(amendment.told.spanish)) }
            let file = try CertifiedFile(try await studio.bytes("report", of: entry))
            #expect(file.findings(key: try await studio.installationKey()).isRight)
            #expect(file.certificate.statement.amendments.map(\.told.spanish) == review.amendments.map(\.told.spanish))
        }
    }

    private static let unfit: [(ReviewRequest, String)] = [
        (ReviewRequest(.amend), "/amendments"), (ReviewRequest(.certify, changes: [.init(.repetitions, to: "5")]), "/amendments"),
        (ReviewRequest(.amend, changes: [.init(.repetitions, to: "3")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.repetitions, to: "-1")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.repetitions, to: "05")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.exercise, to: "flying")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.exercise, to: "squat")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.exercise, from: "gait", to: "lunge")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.fault, from: "stiff_knee:l")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.fault, to: "sadness")]), "/amendments/0"),
        (ReviewRequest(.amend, changes: [.init(.repetitions, to: "5"), .init(.repetitions, to: "6")]), "/amendments/1"),
        (ReviewRequest(.amend, changes: Array(repeating: .init(.repetitions, to: "5"), count: 41)), "/amendments/1"),
        (ReviewRequest(.reject, words: "No."), "/reason"), (ReviewRequest(.reject, because: .other), "/words"),
        (ReviewRequest(.reject, because: .other, words: "No.", changes: [.init(.repetitions, to: "5")]), "/amendments"),
        (ReviewRequest(.certify, words: String(repeating: "a", count: 2_001)), "/words"),
    ]

    @Test("a review that says nothing, or what cannot be, is refused at its fields")
    func refused() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            for (request, pointer) in Self.unfit {
                do {
                    _ = try await studio.review(request, entry)
                    Issue.record("taken: \(request)")
                } catch let input as InvalidInput { #expect(input.faults.contains { $0.pointer == pointer }, "\(input.faults)") }
            }
            #expect(try await studio.state(of: entry).state == .preAssessment)
        }
    }

    @Test("rejected: the page says so and why; there is no certificate, and no second review")
    func rejected() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            let reviewed = try await studio.review(Self.rejection, entry)
            #expect(reviewed.evaluation.state == .rejected && reviewed.evaluation.review?.statementDigest == nil)
            let page = try await studio.page(entry)
            #expect(page.contains("Descartado en la revisión") && page.contains("Aleje el teléfono"))
            #expect(page.contains("La grabación no permite juzgar el movimiento.") && !page.contains("sin certificar"))
            #expect(await studio.ground.failure { try await studio.bytes("certificate", of: entry) } == "not_certified")
            #expect(try await studio.ground.told().filter { $0 == "published evaluation.rejected" }.count == 1)
            for request in [ReviewRequest(.certify), Self.rejection] {
                #expect(await studio.ground.failure { try await studio.review(request, reviewed) } == "not_reviewable")
            }
        }
    }

    @Test("what is certified can only be withdrawn, and its certificate says that it holds no more", arguments: EngineMatrix.all)
    func withdrawn(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let certified = try await studio.review(ReviewRequest(.certify), try await studio.measured())
            let number = try #require(certified.evaluation.review?.certificate)
            #expect(try await studio.feature.reviewing.certificates.certificate(number: number)?.withdrawnAt == nil)
            #expect(await studio.ground.failure { try await studio.review(ReviewRequest(.certify), certified) } == "already_certified")
            try await studio.relate("therapist-2", as: "physician")
            let withdrawn = try await studio.review(Self.rejection, certified, by: "therapist-2", ["physician"])
            let review = try #require(withdrawn.evaluation.review)
            #expect(withdrawn.evaluation.state == .rejected && review.isWithdrawal && review.certificate == number)
            let held = try #require(try await studio.feature.reviewing.certificates.certificate(number: number))
            #expect(held.withdrawnAt == review.reviewedAt)
            #expect(try await studio.page(withdrawn).contains("Certificación retirada"))
            // What was signed stays signed: that it holds no more, its page says.
            #expect(held.certificate.findings(key: try await studio.installationKey()).isRight)
        }
    }

    @Test("who lost role, place or relation while they signed writes nothing, and the journal is told", arguments: EngineMatrix.all)
    func lost(_ engine: EngineMatrix) async throws {
        for (what, code) in [("role", "permission_missing"), ("place", "access_denied"), ("relation", "access_denied")] {
            try await Studio.with(engine) { studio in
                let entry = try await studio.measured()
                let prepared = try await studio.feature.reviewing.prepare(ReviewRequest(.certify), of: entry, by: studio.therapist)
                switch what {
                case "role": studio.staff.set("therapist-1", ["caregiver"])
                case "place": studio.staff.set("therapist-1", nil)
                default: try await studio.endRelations()
                }
                let before = try await studio.ground.told()
                #expect(await studio.ground.failure { try await studio.feature.reviewing.commit(prepared) } == code, "\(what)")
                #expect(try await studio.state(of: entry).state == .preAssessment)
                let told = try await studio.ground.told().dropFirst(before.count)
                #expect(told.filter { $0 == "denied evaluation" }.count == 1 && !told.contains { $0.hasPrefix("published") }, "\(told)")
                let rows: Int64? = try await studio.ground.rows.first("SELECT count(*) AS many FROM evaluation_certificates") {
                    try $0["many"]
                }
                #expect(rows == 0)
            }
        }
    }

    @Test("of two who review at once one wins, and the other is told", arguments: EngineMatrix.all)
    func atOnce(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let entry = try await studio.measured()
            try await studio.relate("therapist-2", as: "physician")
            let reviewing = studio.feature.reviewing
            let other = studio.ground.standing("therapist-2", ["physician"])
            let first = try await reviewing.prepare(ReviewRequest(.certify), of: entry, by: studio.therapist)
            let second = try await reviewing.prepare(Self.rejection, of: entry, by: other)
            async let one = studio.ground.failure { try await reviewing.commit(first) }
            async let two = studio.ground.failure { try await reviewing.commit(second) }
            let outcomes = await [one, two]
            #expect(outcomes.filter { $0 == nil }.count == 1 && outcomes.contains("version_moved"), "\(outcomes)")
            let state = try await studio.state(of: entry)
            #expect((state.state == .certified) == (outcomes[0] == nil))
            #expect(try await studio.ground.told().filter { $0.hasPrefix("published evaluation.") }.count == 2)
        }
    }

    @Test("nobody reviews their own, nor without permission, relation, proof or name")
    func notAllowed() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            let request = ReviewRequest(.certify)
            func code(_ standing: Standing) async -> String? {
                await studio.ground.failure { try await studio.feature.reviewing.review(request, of: entry, by: standing) }
            }
            #expect(await code(studio.own) == "permission_missing")
            #expect(await code(studio.ground.standing(studio.ana, ["patient", "therapist"])) == "own_evaluation")
            #expect(await code(studio.ground.standing("therapist-2", ["therapist"])) == "access_denied")
            try await studio.relate("caregiver-1", as: "caregiver")
            #expect(await code(studio.ground.standing("caregiver-1", ["caregiver", "therapist"])) == "access_denied")
            studio.staff.prove(false)
            do {
                _ = try await studio.review(request, entry)
                Issue.record("without proof")
            } catch let problem as Problem { #expect(problem.code == "step_up_needed") }
            studio.staff.prove(true)
            try await studio.relate("machine-1", as: "therapist")
            #expect(await code(studio.ground.standing("machine-1", ["therapist"])) == "certifier_unnamed")
            #expect(try await studio.state(of: entry).state == .preAssessment)
            #expect(try await studio.ground.told().filter { $0 == "denied evaluation" }.count >= 4)
        }
    }

    @Test("of somebody who is erased nothing is certified, and what was is gone", arguments: EngineMatrix.all)
    func erased(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let (done, under) = (try await studio.measured(3_000), try await studio.measured(4_000))
            let certified = try await studio.review(ReviewRequest(.certify), done)
            let file = try await studio.bytes("certificate", of: certified)
            let prepared = try await studio.feature.reviewing.prepare(ReviewRequest(.certify), of: under, by: studio.therapist)
            try await studio.erase(studio.ana)
            #expect(await studio.ground.failure { try await studio.feature.reviewing.commit(prepared) } != nil)
            let number = try #require(certified.evaluation.review?.certificate)
            #expect(try await studio.feature.reviewing.certificates.certificate(number: number) == nil)
            try await studio.ground.perform(studio.feature.jobs)
            try await studio.tidy()
            for table in ["evaluation_certificates", "evaluation_certificate_places"] as [String] {
                let left: Int64? = try await studio.ground.rows.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] }
                #expect(left == 0, "\(table)")
            }
            // Whoever was given the certificate can check it all the same.
            #expect(try CertifiedFile(file).findings(key: try await studio.installationKey()).isRight)
        }
    }

    @Test("what an erased certifier signed stays right; they sign no more", arguments: EngineMatrix.all)
    func erasedCertifier(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let (done, next) = (try await studio.measured(3_000), try await studio.measured(4_000))
            let certified = try await studio.review(ReviewRequest(.certify), done)
            let prepared = try await studio.feature.reviewing.prepare(ReviewRequest(.certify), of: next, by: studio.therapist)
            try await studio.erase("therapist-1")
            #expect(await studio.ground.failure { try await studio.feature.reviewing.commit(prepared) } == "subject_key_gone")
            #expect(await studio.ground.failure { try await studio.review(ReviewRequest(.certify), next) } == "subject_erased")
            let file = try CertifiedFile(try await studio.bytes("report", of: certified))
            #expect(file.findings(key: try await studio.installationKey()).isRight)
        }
    }

    @Test("a clinician signs with one key, and another with another")
    func keys() async throws {
        try await Studio.with { studio in
            try await studio.relate("therapist-2", as: "physician")
            var keys: [[UInt8]] = []
            for (index, who) in (["therapist-1", "therapist-1", "therapist-2"] as [Identifier]).enumerated() {
                let entry = try await studio.measured(3_000 + index)
                let role: RoleName = who == "therapist-1" ? "therapist" : "physician"
                let reviewed = try await studio.review(ReviewRequest(.certify), entry, by: who, [role])
                keys.append(
                    try CertifiedFile(try await studio.bytes("certificate", of: reviewed)).certificate.statement.certifier.publicKey)
            }
            #expect(keys[0] == keys[1] && keys[0] != keys[2])
            let sealed: [[UInt8]] = try await studio.ground.rows.rows("SELECT body FROM evaluation_certifiers") { try $0["body"] }
            #expect(sealed.count == 2 && sealed.allSatisfy { $0.count == 32 + Sealing.overheadBytes })
        }
    }

    @Test("where the files are not those that were measured, nothing is signed")
    func alteredFiles() async throws {
        try await Studio.with { studio in
            let entry = try await studio.measured()
            try await studio.ground.rows.write { tx in
                try tx.execute("DELETE FROM evaluation_files WHERE evaluation = \(entry.id) AND name = 'report.json'")
            }
            #expect(await studio.ground.failure { try await studio.review(ReviewRequest(.certify), entry) } == "files_altered")
        }
    }
}
