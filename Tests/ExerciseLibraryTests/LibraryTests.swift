import Access
import Base
import ExerciseLibrary
import FeatureKit
import Records
import Runtime
import Store
import TestKit
import Testing

@Suite("The library of an organisation", .timeLimit(.minutes(2)))
struct LibraryTests {
    @Test("a new organisation is given the exercises, once", arguments: EngineMatrix.all)
    func filling(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let welcome = try library.subscription("exercise_library.welcome")
            try await library.ground.deliver(welcome)
            try await library.ground.deliver(welcome)
            #expect(try await library.ground.perform(library.feature.jobs) == ["exercise_library.seed"])
            let entries = try await library.store.all(by: library.patient)
            #expect(entries.map(\.exercise) == (try ExerciseContent.exercises()))
            #expect(entries.allSatisfy { $0.review == .unreviewed })
            let elsewhere = try await library.store.all(by: library.ground.standing("patient-9", ["patient"], in: "hospital"))
            #expect(elsewhere.isEmpty)
        }
    }

    @Test("what the clinic changed or deleted is left alone when it is filled again", arguments: EngineMatrix.all)
    func refilling(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            try await library.fill()
            let squat = try await library.store.exercise("squat", by: library.therapist)
            var changed = squat.exercise
            changed.dose.sets = 5
            try await library.store.save(changed, as: (squat.id, squat.version), by: library.therapist)
            try await library.store.delete("chin-tuck", ifVersion: 1, by: library.therapist)
            try await library.fill()
            #expect(try await library.store.exercise("squat", by: library.patient).exercise.dose.sets == 5)
            #expect(
                await library.ground.failure { try await library.store.exercise("chin-tuck", by: library.patient) } == "exercise_not_found")
        }
    }

    @Test("a list comes in the order of names, in either language", arguments: EngineMatrix.all)
    func order(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            try await library.fill()
            for language in Language.allCases {
                var (names, cursor): ([String], Cursor?) = ([], nil)
                repeat {
                    let page = try await library.store.list(in: language, try PageRequest(limit: 7, after: cursor), by: library.patient)
                    names += page.items.map { $0.exercise.name(in: language) }
                    cursor = page.next
                } while cursor != nil
                #expect(names.count == (try ExerciseContent.exercises()).count)
                #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            }
        }
    }

    @Test("a therapist proposes; a patient reads and does not write", arguments: EngineMatrix.all)
    func access(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let made = try await library.store.save(.sample(), by: library.therapist)
            #expect(try await library.store.exercise("toe-walk", by: library.patient).exercise == .sample())
            #expect(await library.ground.failure { try await library.store.save(.sample("other"), by: library.patient) } == "access_denied")
            let place = (id: made.id, ifVersion: made.version)
            let refused = await library.ground.failure { try await library.store.save(.sample(), as: place, by: library.reviewer) }
            #expect(refused == "access_denied")
            let outsider = library.ground.standing("therapist-1", ["therapist"], in: "hospital")
            #expect(await library.ground.failure { try await library.store.exercise("toe-walk", by: outsider) } == "exercise_not_found")
        }
    }

    @Test("a slug is one exercise's, and one that others name is neither deleted nor renamed", arguments: EngineMatrix.all)
    func slugs(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            try await library.store.save(.sample(), by: library.therapist)
            #expect(
                await library.ground.failure { try await library.store.save(.sample(), by: library.therapist) } == "exercise_slug_taken")
            let raised = try await library.store.save(.sample("heel-raise") { $0.progressions = [] }, by: library.therapist)
            let references = try library.subscription("exercise_library.references")
            try await library.ground.deliver(references)
            let place = (id: raised.id, ifVersion: raised.version)
            let renamed = await library.ground.failure {
                try await library.store.save(.sample("heel-lift"), as: place, by: library.therapist)
            }
            #expect(renamed == "exercise_named")
            let deleted = await library.ground.failure {
                try await library.store.delete("heel-raise", ifVersion: 1, by: library.therapist)
            }
            #expect(deleted == "exercise_named")
            try await library.store.delete("toe-walk", ifVersion: 1, by: library.therapist)
            try await library.ground.deliver(references)
            try await library.store.delete("heel-raise", ifVersion: 1, by: library.therapist)
            let again = await library.ground.failure {
                try await library.store.save(.sample("heel-raise") { $0.progressions = [] }, by: library.therapist)
            }
            #expect(again == "exercise_deleted")
        }
    }
}

@Suite("Reviews", .timeLimit(.minutes(2)))
struct ReviewTests {
    @Test("who may reviews, which others hear of, and any change makes it unreviewed again", arguments: EngineMatrix.all)
    func life(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let made = try await library.store.save(.sample(), by: library.therapist)
            let reviewed = try await library.feature.reviews.review(made, as: .approved, remark: "Bien dosificado.", by: library.reviewer)
            let read = try await library.store.exercise("toe-walk", by: library.patient)
            #expect(read.review == reviewed.review)
            #expect(read.review.verdict == .approved && read.review.reviewer == "reviewer-1")
            #expect(try await library.feature.reviews.remark(on: read, by: library.patient) == "Bien dosificado.")
            #expect(try await library.ground.told().suffix(2) == ["created exercise_review", "published exercise.reviewed"])

            let changed = try await library.store.save(
                .sample { $0.dose.sets = 3 }, as: (read.id, read.version), by: library.therapist)
            #expect(changed.review == .unreviewed)
            #expect(try await library.store.exercise("toe-walk", by: library.patient).review == .unreviewed)
        }
    }

    @Test("nobody reviews without the permission, nor a version that is past", arguments: EngineMatrix.all)
    func refusals(_ engine: EngineMatrix) async throws {
        try await Library.with(engine) { library in
            let first = try await library.store.save(.sample(), by: library.therapist)
            for caller in [library.therapist, library.patient] {
                let code = await library.ground.failure {
                    try await library.feature.reviews.review(first, as: .approved, by: caller)
                }
                #expect(code == "access_denied")
            }
            try await library.store.save(.sample { $0.dose.sets = 3 }, as: (first.id, first.version), by: library.therapist)
            let late = await library.ground.failure {
                try await library.feature.reviews.review(first, as: .approved, by: library.reviewer)
            }
            #expect(late == "exercise_moved")
            // What was refused left nothing behind: neither the review nor the event.
            #expect(try await library.store.exercise("toe-walk", by: library.patient).review == .unreviewed)
            let told = try await library.ground.told()
            #expect(!told.contains("published exercise.reviewed") && !told.contains("created exercise_review"))
        }
    }

    @Test("the last word on a version counts, and one of another version never does")
    func several() async throws {
        try await Library.with { library in
            let made = try await library.store.save(.sample(), by: library.therapist)
            try await library.feature.reviews.review(made, as: .approved, by: library.reviewer)
            try await library.feature.reviews.review(made, as: .rejected, by: library.reviewer)
            #expect(try await library.store.exercise("toe-walk", by: library.patient).review.verdict == .rejected)
        }
    }
}
