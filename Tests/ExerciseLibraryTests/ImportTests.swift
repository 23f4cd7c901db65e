import Access
import Base
import ExerciseLibrary
import FeatureKit
import Runtime
import Store
import TestKit
import Testing

@Suite("Import and export", .timeLimit(.minutes(2)))
struct ImportTests {
    @Test("what one organisation exports another imports and exports the same", arguments: EngineMatrix.all)
    func journey(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            try await library.fill()
            let elsewhere = library.ground.standing("therapist-9", ["therapist"], in: "hospital")
            for format in ExerciseFormat.allCases {
                let bytes = try format.write(try await library.store.all(by: library.patient).map(\.exercise))
                let report = try await library.feature.imports.run(bytes, format, .whole, by: elsewhere)
                #expect(report.faults.isEmpty && report.refused == 0)
                #expect(report.created + report.unchanged == (try ExerciseContent.exercises()).count)
                #expect(try format.write(try await library.store.all(by: elsewhere).map(\.exercise)) == bytes)
            }
        }
    }

    @Test("exercises are matched by slug: new, changed, as they were", arguments: EngineMatrix.all)
    func matching(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            try await library.store.save(.sample("one"), by: library.therapist)
            let two = try await library.store.save(.sample("two"), by: library.therapist)
            try await library.feature.reviews.review(two, as: .approved, by: library.reviewer)
            let bytes = try ExerciseFormat.json.write([.sample("one"), .sample("two") { $0.dose.sets = 9 }, .sample("three")])
            let report = try await library.feature.imports.run(bytes, .json, .whole, by: library.therapist)
            #expect((report.created, report.updated, report.unchanged) == (1, 1, 1))
            let changed = try await library.store.exercise("two", by: library.patient)
            #expect(changed.exercise.dose.sets == 9 && changed.review == .unreviewed)
            #expect(try await library.ground.told().last == "published exercise.imported")
        }
    }

    @Test("with one fault nothing is taken, or the rows without", arguments: EngineMatrix.all)
    func faults(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let wrong = Exercise.sample("two") { ($0.movementProtocol, $0.muscles) = ("juggling", []) }
            let bytes =
                try ExerciseFormat.csv.write([.sample("one"), .sample("three")])
                + ExerciseFormat.csv.write([wrong, .sample("one")]).dropHeader()
            let whole = try await library.feature.imports.run(bytes, .csv, .whole, by: library.therapist)
            #expect(whole.refused == 4 && whole.created == 0)
            #expect(
                whole.faults.map { "\($0.row) \($0.place) \($0.code)" } == [
                    "3 slug slug_twice", "4 muscles required", "4 movement_protocol unknown_protocol",
                ])
            #expect(try await library.store.all(by: library.patient).isEmpty)
            let rows = try await library.feature.imports.run(bytes, .csv, .rows, by: library.therapist)
            #expect((rows.created, rows.refused) == (2, 2) && rows.faults == whole.faults)
            #expect(
                await library.ground.failure { try await library.feature.imports.run(bytes, .csv, .rows, by: library.patient) }
                    == "permission_missing")
        }
    }

    @Test("a file that waits for its job stands nowhere in clear, and is gone afterwards", arguments: EngineMatrix.all)
    func uploads(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let uploads = library.feature.uploads
            let good = try await uploads.take(try ExerciseFormat.json.write([.sample()]), .json, .whole, by: library.therapist)
            let bad = try await uploads.take(Array("slug,colour\r\n".utf8), .csv, .whole, by: library.therapist)
            #expect(try await uploads.report(good, by: library.therapist) == nil)
            let stored = try await library.ground.rows.rows("SELECT body FROM exercise_uploads") { try $0["body"] as [UInt8] }
            #expect(stored.count == 2 && stored.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("slug") })

            #expect(try await library.ground.perform(library.feature.jobs) == ["exercise_library.import", "exercise_library.import"])
            #expect(try await uploads.report(good, by: library.therapist)?.created == 1)
            let refused = try await uploads.report(bad, by: library.therapist)
            #expect(refused?.faults.map(\.code) == ["not_exercises"])
            let left: Int64? = try await library.ground.rows.first("SELECT count(body) AS many FROM exercise_uploads") { try $0["many"] }
            #expect(left == 0)
            #expect(try await library.store.exercise("toe-walk", by: library.patient).exercise == .sample())
            #expect(await library.ground.failure { try await uploads.take([], .json, .whole, by: library.patient) } == "permission_missing")
        }
    }

    @Test("an import that is done twice takes effect once", arguments: EngineMatrix.all)
    func twice(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let upload = try await library.feature.uploads.take(
                try ExerciseFormat.json.write([.sample()]), .json, .whole, by: library.therapist)
            let handler = try #require(library.feature.jobs.first { $0.shape.name == "exercise_library.import" })
            for _ in 0..<2 {
                try await handler.perform(
                    Array("{\"upload\":\"\(upload)\"}".utf8), in: "clinic", on: library.ground.host.database, world: .live)
            }
            #expect(try await library.store.exercise("toe-walk", by: library.patient).version == 1)
            #expect(try await library.feature.uploads.report(upload, by: library.therapist)?.created == 1)
            #expect(try await library.ground.told().filter { $0 == "published exercise.imported" }.count == 1)
        }
    }

    @Test("what came of an import is kept for a month")
    func tidying() async throws {
        let fixed = FixedWorld(seed: 3)
        try await FeatureGround.with(.sqlite, [ExerciseLibraryFeature.manifest], world: fixed.world) { ground in
            let library = Library(ground: ground, feature: ExerciseLibraryFeature(ground.host, protocols: Library.protocols))
            let upload = try await library.feature.uploads.take([], .json, .whole, by: library.therapist)
            let schedule = try #require(library.feature.schedules.first)
            let tidy = try #require(library.feature.jobs.first { $0.shape.name == "exercise_library.tidy" })
            for (days, isKept) in [(29, true), (2, false)] {
                fixed.advance(by: .seconds(days * 86_400))
                let request = try schedule.request(fixed.world.now())
                try await tidy.perform(request.payload, in: request.tenant, on: ground.host.database, world: fixed.world)
                let code = await ground.failure { try await library.feature.uploads.report(upload, by: library.therapist) }
                #expect((code == nil) == isKept)
            }
        }
    }
}

extension [UInt8] {
    fileprivate func dropHeader() -> ArraySlice<UInt8> { self[((firstIndex(of: UInt8(ascii: "\n")) ?? -1) + 1)...] }
}
