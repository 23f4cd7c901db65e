import Access
import Base
import Evaluation
import FeatureKit
import Keys
import Movement
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("Evaluation: what is measured and kept", .timeLimit(.minutes(3)))
struct MeasuringTests {
    @Test("a squat is measured once, told once, and its video is gone", arguments: EngineMatrix.all)
    func measured(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let entry = try await studio.sent()
            #expect(try await studio.ground.perform(studio.feature.jobs) == ["evaluation.measure"])
            let evaluation = try await studio.state(of: entry)
            #expect(evaluation.state == .preAssessment && evaluation.refusal == nil && !evaluation.isVideoKept)
            let result = try #require(evaluation.result)
            #expect(result.exercise == "squat" && result.repetitions == 3, "\(result)")
            let knee = try #require(result.angles.first { $0.angle == "knee_r_deg" })
            #expect(abs(knee.greatest - 95) < 12, "\(knee)")
            #expect(result.observationsDigest == Studio.digest(try Studio.observations()))
            // The video goes with a job of its own, and the parts are noted no more.
            #expect(try await studio.ground.perform(studio.feature.jobs) == ["evaluation.clear"])
            #expect(try await studio.videos.blobs(in: "video-\(entry.id)").isEmpty)
            let told = try await studio.ground.told()
            #expect(told.filter { $0 == "published evaluation.measured" }.count == 1)
            #expect(told.filter { $0 == "updated evaluation" }.count == 2)
        }
    }

    @Test("a job whose outcome was lost is done again, and takes effect once")
    func again() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent()
            let handler = try #require(studio.feature.jobs.first { $0.shape.name == "evaluation.measure" })
            let payload = Array(#"{"evaluation":"\#(entry.id)","person":"\#(studio.ana.text)"}"#.utf8)
            for _ in 0..<2 { try await handler.perform(payload, in: "clinic", on: studio.host.database, world: studio.host.world) }
            #expect(studio.seen.looks.count == 1)
            #expect(try await studio.ground.told().filter { $0 == "published evaluation.measured" }.count == 1)
        }
    }

    @Test("a recording that cannot be measured says why, and what to do, in both languages")
    func refused() async throws {
        try await Studio.with { studio in
            studio.seen.set(.success(try Studio.observations(seconds: 0.3)))
            let short = try await studio.sent()
            try await studio.ground.perform(studio.feature.jobs)
            let refusal = try #require(try await studio.state(of: short).refusal)
            #expect(try await studio.state(of: short).state == .refused)
            #expect(!refusal.spanish.isEmpty && !refusal.english.isEmpty && refusal.spanish != refusal.english)

            studio.seen.set(.failure(Failure(.invalid, "not_a_video", Text(es: "No es un video.", en: "It is no video."))))
            let none = try await studio.sent(Studio.video(77))
            try await studio.ground.perform(studio.feature.jobs)
            #expect(try await studio.state(of: none).refusal?.code == "not_a_video")
            try await studio.ground.perform(studio.feature.jobs)
            #expect(try await studio.videos.blobs(in: "video-\(none.id)").isEmpty)
            #expect(try await studio.ground.told().filter { $0 == "published evaluation.refused" }.count == 2)
        }
    }

    @Test("where something is missing here, it waits and is tried again; the video stays")
    func unavailable() async throws {
        try await Studio.with { studio in
            let entry = try await studio.sent()
            studio.seen.set(.failure(Failure(.unavailable, "no_runtime", Text(es: "Falta algo.", en: "Something is missing."))))
            #expect(await studio.ground.failure { try await studio.ground.perform(studio.feature.jobs) } == "no_runtime")
            #expect(try await studio.state(of: entry).state == .waiting)
            studio.seen.set(.success(try Studio.observations()))
            try await studio.ground.perform(studio.feature.jobs)
            #expect(try await studio.state(of: entry).state == .preAssessment)
        }
    }

    @Test("an evaluation whose job is given up says so, an hour later", arguments: EngineMatrix.all)
    func givenUp(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let (lost, queued) = (try await studio.sent(Studio.video(3_000)), try await studio.sent(Studio.video(4_000)))
            try await studio.host.database.write { tx in
                try tx.execute("UPDATE jobs SET state = 'dead' WHERE unique_key = \(lost.id)")
            }
            let tidying = try #require(studio.feature.jobs.first { $0.shape.name == "evaluation.tidy" })
            let tidy = { try await tidying.perform(Array("{}".utf8), in: nil, on: studio.host.database, world: studio.host.world) }
            try await tidy()
            #expect(try await studio.state(of: lost).state == .waiting)
            studio.clock.advance(by: .seconds(3_700))
            try await tidy()
            #expect(try await studio.state(of: lost).state == .failed)
            #expect(try await studio.state(of: lost).refusal?.code == "measuring_given_up")
            #expect(try await studio.state(of: queued).state == .waiting)
        }
    }

    @Test("a video is kept for who agreed to that, until they agree no longer", arguments: EngineMatrix.all)
    func kept(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            try await studio.agree(to: EvaluationFeature.keeping)
            let entry = try await studio.sent()
            try await studio.ground.perform(studio.feature.jobs)
            try await studio.tidy()
            #expect(try await studio.state(of: entry).isVideoKept)
            #expect(try await studio.videos.blobs(in: "video-\(entry.id)").count == 3)
            // What lies there is sealed.
            for blob in try await studio.videos.blobs(in: "video-\(entry.id)") {
                let bytes = try #require(try await studio.videos.bytes(of: blob.name))
                #expect(!Studio.video().prefix(4_096).elementsEqual(bytes.prefix(4_096)))
            }
            try await studio.disagree(with: EvaluationFeature.keeping)
            try await studio.tidy()
            #expect(try await !studio.state(of: entry).isVideoKept)
            #expect(try await studio.videos.blobs(in: "video-\(entry.id)").isEmpty)
        }
    }

    @Test("of somebody who is erased nothing is measured, and nothing stays", arguments: EngineMatrix.all)
    func erased(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let (waiting, done) = (try await studio.sent(Studio.video(3_000)), try await studio.sent(Studio.video(4_000)))
            try await studio.ground.perform(studio.feature.jobs.filter { $0.shape.name == "evaluation.measure" })
            let later = try await studio.sent(Studio.video(5_000))
            let erasure = Erasure(
                studio.host.keyring, kinds: EvaluationFeature.manifest.kinds, database: studio.host.database, world: studio.host.world)
            let admin = studio.ground.standing("operator-1", ["operator"])
            try await erasure.erase(studio.ana.text, by: admin)
            studio.seen.set(.failure(Failure(.fault, "looked", Text(verbatim: "looked at the video of somebody who was erased"))))
            try await studio.ground.perform(studio.feature.jobs)
            try await studio.tidy()
            for entry in [waiting, done, later] {
                #expect(try await studio.videos.blobs(in: "video-\(entry.id)").isEmpty)
            }
            for table in ["evaluation_parts", "evaluation_files"] as [String] {
                let left: Int64? = try await studio.ground.rows.first("SELECT count(*) AS many FROM \(name: table)") { try $0["many"] }
                #expect(left == 0, "\(table)")
            }
        }
    }
}
