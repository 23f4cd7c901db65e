import Base
import ExerciseLibrary
import Records
import Testing

@Suite("Exercises in files")
struct FileTests {
    @Test("come back from either format as they were, whatever is in their texts", arguments: ExerciseFormat.allCases)
    func roundTrip(_ format: ExerciseFormat) throws {
        var random = FixedWorld(seed: 11).world.random
        for _ in 0..<200 {
            let exercises = (0..<Int.random(in: 0...4, using: &random)).map { Exercise.hostile("exercise-\($0)", &random) }
            let bytes = try format.write(exercises.shuffled(using: &random))
            let back = try format.read(bytes).map { try $0.get() }
            #expect(try back.map { try Exercise.kind.body(of: $0).bytes } == exercises.map { try Exercise.kind.body(of: $0).bytes })
            #expect(try format.write(back) == bytes)
        }
    }

    @Test("no cell of a spreadsheet is a formula")
    func formulas() throws {
        let bytes = try ExerciseFormat.csv.write([.sample { $0.spanish.purpose = "=HYPERLINK(\"http://x\")" }])
        for row in try CSV.read(bytes) {
            for cell in row { #expect(cell.first.map { !"=+-@".contains($0) } ?? true) }
        }
        #expect(try ExerciseFormat.csv.read(bytes)[0].get().spanish.purpose == "=HYPERLINK(\"http://x\")")
    }

    @Test("a spreadsheet with semicolons and fewer columns is read, and its faults named by column")
    func spreadsheets() throws {
        let text = "slug;name_es;sets;instructions_es\r\nraise;Subir;muchas;uno|dos\\|tres\r\n"
        let faults: [FieldFault] =
            switch try ExerciseFormat.csv.read(Array(text.utf8))[0] {
            case .success: []
            case .failure(let invalid): invalid.faults
            }
        let places = Set(faults.map(ExerciseFormat.csv.place))
        #expect(places.isSuperset(of: ["name_en", "sets", "rest_seconds", "purpose_es", "source_title"]))
        #expect(!places.contains("instructions_es") && !places.contains("slug"))
        #expect(faults.contains { $0.code == "integer_expected" })
    }

    @Test(
        "what is no such file is refused in a sentence",
        arguments: [
            (ExerciseFormat.json, "{", "not_exercises"), (.json, "[]", "not_exercises"), (.json, #"{"format":"other"}"#, "not_exercises"),
            (.json, #"{"format":"zancada-exercises","version":2,"exercises":[]}"#, "not_exercises"), (.csv, "", "not_exercises"),
            (.csv, "slug,colour\r\n", "not_exercises"), (.csv, "slug,slug\r\n", "not_exercises"), (.csv, "slug\r\n\"open", "not_exercises"),
            (.csv, "slug\r\n" + String(repeating: "a\r\n", count: 1_001), "exercise_file_too_large"),
            (.csv, String(repeating: "a", count: 8 << 20 + 1), "exercise_file_too_large"),
            (.json, String(repeating: " ", count: 9 << 20), "exercise_file_too_large"),
        ])
    func refusals(format: ExerciseFormat, text: String, code: String) throws {
        let failure = try #require(throws: Failure.self) { try format.read(Array(text.utf8)) }
        #expect(failure.code == code && failure.kind == .invalid)
    }
}

extension Exercise {
    /// One that is allowed, with texts that break what is careless.
    static func hostile(_ slug: String, _ random: inout Randomness) -> Exercise {
        let pieces = [
            "a", "|", "\\", "\"", ",", ";", "\r\n", "\n", "\r", "=", "+1", "-", "@", "'", "\t", " ", "é", "e\u{301}", "|\u{301}", "👩‍⚕️",
            "\u{FEFF}",
        ]
        func text(_ random: inout Randomness) -> String {
            (0..<Int.random(in: 1...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "a" }.joined()
        }
        func lines(_ random: inout Randomness) -> [String] { (0..<Int.random(in: 0...4, using: &random)).map { _ in text(&random) } }
        func wording(_ random: inout Randomness) -> Wording {
            var wording = Exercise.sample().spanish
            (wording.purpose, wording.painRule) = (text(&random), text(&random))
            (wording.instructions, wording.contraindications, wording.redFlags) = (lines(&random), lines(&random), lines(&random))
            return wording
        }
        return .sample(slug) { exercise in
            exercise.nameES = text(&random)
            exercise.nameEN = text(&random)
            exercise.spanish = wording(&random)
            exercise.english = wording(&random)
            exercise.dose.repetitions = Bool.random(using: &random) ? nil : Int.random(in: 1...200, using: &random)
            exercise.movementProtocol = Bool.random(using: &random) ? nil : text(&random)
            exercise.progressions = lines(&random)
            exercise.source.title = text(&random)
        }
    }
}
