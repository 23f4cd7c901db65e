import Access
import Base
import Evaluation
import FeatureKit
import Movement
import Runtime
import TestKit
import Testing

@Suite("Evaluation: videos that arrive in parts", .timeLimit(.minutes(3)))
struct UploadTests {
    @Test("parts come in any order and twice, and what was seen is of the very video", arguments: EngineMatrix.all)
    func anyOrder(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let video = Studio.video()
            let entry = try await studio.begin(video)
            let parts = Studio.parts(video)
            #expect(try await studio.store.missing(of: entry, by: studio.own) == [0, 1, 2])
            for number in [2, 0, 2, 0] { try await studio.send(parts[number], number, of: entry) }
            #expect(try await studio.store.missing(of: entry, by: studio.own) == [1])
            #expect(await studio.ground.failure { try await studio.store.finish(entry.id, by: studio.own) } == "parts_missing")
            try await studio.send(parts[1], 1, of: entry)
            let waiting = try await studio.store.finish(entry.id, by: studio.own)
            #expect(waiting.evaluation.state == .waiting)
            // Said again.
            #expect(try await studio.store.finish(entry.id, by: studio.own).version == waiting.version)
            #expect(await studio.ground.failure { try await studio.send(parts[0], 0, of: entry) } == "upload_closed")
            try await studio.ground.perform(studio.feature.jobs)
            #expect(studio.seen.looks == [video])
        }
    }

    @Test("a part that is damaged, too short, too long, too far, or another than before is refused; nothing is lost by it")
    func badParts() async throws {
        try await Studio.with { studio in
            let video = Studio.video()
            let entry = try await studio.begin(video)
            let parts = Studio.parts(video)
            var damaged = parts[0]
            damaged[7] ^= 1
            let digest = Studio.digest(parts[0])
            let cases: [(bytes: [UInt8], digest: String, number: Int, code: String)] = [
                (damaged, digest, 0, "part_digest"), (parts[0], digest, 3, "no_such_part"), (parts[0], digest, -1, "no_such_part"),
                (Array(parts[0].dropLast()), digest, 0, "part_length"), (parts[2], Studio.digest(parts[2]), 0, "part_length"),
                ([], digest, 0, "part_length"),
            ]
            for one in cases {
                let code = await studio.ground.failure {
                    try await studio.store.take(one.bytes, digest: one.digest, number: one.number, of: entry.id, by: studio.own)
                }
                #expect(code == one.code)
            }
            try await studio.send(parts[0], 0, of: entry)
            #expect(await studio.ground.failure { try await studio.send(damaged, 0, of: entry) } == "part_differs")
            #expect(try await studio.store.missing(of: entry, by: studio.own) == [1, 2])
            for number in 1...2 { try await studio.send(parts[number], number, of: entry) }
            _ = try await studio.store.finish(entry.id, by: studio.own)
            try await studio.ground.perform(studio.feature.jobs)
            #expect(studio.seen.looks == [video])
        }
    }

    @Test("of two who send another content for one part at once, one is right, and the video is whole", arguments: EngineMatrix.all)
    func together(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            for round in 0..<8 {
                let one = Studio.video(10_000 + round)
                let other = Array(one.reversed())
                let entry = try await studio.begin(one)
                let codes = try await withThrowingTaskGroup(of: String?.self) { group in
                    for content in [one, other, one, other] {
                        group.addTask { await studio.ground.failure { try await studio.send(content, 0, of: entry) } }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.filter { $0 == nil }.count == 2 && codes.filter { $0 == "part_differs" }.count == 2, "\(codes)")
                _ = try await studio.store.finish(entry.id, by: studio.own)
                try await studio.ground.perform(studio.feature.jobs)
                let last = studio.seen.looks.last
                #expect(last == one || last == other)
            }
        }
    }

    @Test("nobody is measured who did not agree, and strangers are told neither that nor anything else", arguments: EngineMatrix.all)
    func access(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine, agreeing: false) { studio in
            let video = Studio.video(1_000)
            #expect(await studio.ground.failure { try await studio.begin(video) } == "consent_needed")
            #expect(await studio.ground.failure { try await studio.begin(video, by: studio.therapist) } == "access_denied")
            try await studio.relate("therapist-1", as: "therapist")
            #expect(await studio.ground.failure { try await studio.begin(video, by: studio.therapist) } == "consent_needed")
            try await studio.agree(to: EvaluationFeature.consent)
            let entry = try await studio.begin(video, by: studio.therapist)
            // The person goes on with what the therapist began.
            try await studio.send(video, 0, of: entry)
            let strangers = [
                studio.ground.standing("patient-2", ["patient"]), studio.ground.standing("therapist-2", ["therapist"]),
                studio.ground.standing("admin-1", ["organisation_admin"]), studio.ground.standing(studio.ana, ["patient"], in: "hospital"),
            ]
            for stranger in strangers {
                #expect(await studio.ground.failure { try await studio.begin(video, by: stranger) } != nil)
                for code in [
                    await studio.ground.failure { try await studio.store.entry(entry.id, by: stranger) },
                    await studio.ground.failure { try await studio.send(video, 0, of: entry, by: stranger) },
                    await studio.ground.failure { try await studio.store.finish(entry.id, by: stranger) },
                ] { #expect(code == "record_not_found") }
                let page = try? await studio.store.entries(of: nil, .init(), by: stranger)
                #expect(page?.items.isEmpty ?? true)
            }
            // Refusals are written within a second.
            var told = 0
            for _ in 0..<500 where told < 6 {
                told = try await studio.ground.told().filter { $0 == "denied evaluation" }.count
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(told >= 6)
        }
    }

    @Test("a video over the bound is refused before it is sent")
    func tooLarge() async throws {
        try await Studio.with { studio in
            let most = studio.store.mostBytes
            let code = await studio.ground.failure {
                try await studio.store.begin(.init(request: .init(), bytes: most + 1), of: studio.ana, by: studio.own)
            }
            #expect(code == "video_too_large")
        }
    }

    @Test("an upload that nobody goes on with is dropped after a day, with its parts", arguments: EngineMatrix.all)
    func abandoned(_ engine: EngineMatrix) async throws {
        try await Studio.with(engine) { studio in
            let video = Studio.video()
            let (entry, other) = (try await studio.begin(video), try await studio.begin(video))
            for one in [entry, other] { try await studio.send(Studio.parts(video)[0], 0, of: one) }
            studio.clock.advance(by: .seconds(23 * 3_600))
            try await studio.tidy()
            #expect(try await studio.state(of: entry).state == .uploading)
            studio.clock.advance(by: .seconds(2 * 3_600))
            try await studio.tidy()
            for one in [entry, other] {
                #expect(try await studio.state(of: one).refusal?.code == "upload_dropped")
                #expect(await studio.ground.failure { try await studio.send(Studio.parts(video)[1], 1, of: one) } == "upload_closed")
                #expect(await studio.ground.failure { try await studio.store.finish(one.id, by: studio.own) } == "upload_closed")
                #expect(try await studio.videos.blobs(in: "video-\(one.id)").isEmpty)
            }
        }
    }
}
