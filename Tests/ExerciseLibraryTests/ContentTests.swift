import Base
import ExerciseLibrary
import Testing

@Suite("The exercises that every organisation begins with")
struct ContentTests {
    private let exercises: [Exercise]

    init() throws { exercises = try ExerciseContent.exercises() }

    @Test("are at least twenty, each with everything said in both languages")
    func complete() {
        #expect(exercises.count >= 20)
        for exercise in exercises {
            #expect(exercise.faults(measuredBy: Library.protocols) == [], "\(exercise.slug)")
            #expect(exercise.nameES != exercise.nameEN, "\(exercise.slug)")
            for language in Language.allCases {
                let wording = exercise.wording(in: language)
                let texts = [wording.purpose, wording.painRule] + wording.instructions + wording.contraindications + wording.redFlags
                #expect(texts.allSatisfy { $0.hasSuffix(".") && !$0.contains("  ") }, "\(exercise.slug)")
                #expect(
                    wording.instructions.count >= 3 && !wording.contraindications.isEmpty && !wording.redFlags.isEmpty, "\(exercise.slug)")
            }
        }
    }

    @Test("speak to the patient as usted")
    func usted() {
        let familiar = ["tu ", "tus ", "tú ", "ponte", "levanta ", "mantén", "dobla "]
        for exercise in exercises {
            let wording = exercise.spanish
            for text in [wording.purpose, wording.painRule] + wording.instructions + wording.redFlags {
                let words = " " + text.lowercased()
                #expect(!familiar.contains { words.contains(" \($0)") }, "\(exercise.slug): \(text)")
            }
        }
    }

    @Test("name only one another, and what is harder never leads back")
    func progressions() {
        let known = Dictionary(exercises.map { ($0.slug, $0) }) { $1 }
        #expect(known.count == exercises.count)
        for exercise in exercises {
            for slug in exercise.progressions {
                #expect(known[slug]?.regressions.contains(exercise.slug) == true, "\(exercise.slug) → \(slug)")
            }
            for slug in exercise.regressions {
                #expect(known[slug]?.progressions.contains(exercise.slug) == true, "\(exercise.slug) ← \(slug)")
            }
            // As many steps as there are exercises must end somewhere.
            var reached = Set(exercise.progressions)
            for _ in exercises { reached.formUnion(reached.flatMap { known[$0]?.progressions ?? [] }) }
            #expect(!reached.contains(exercise.slug), "\(exercise.slug) comes after itself")
        }
    }

    @Test("come out of the program as they went in")
    func export() throws {
        let written = try ExerciseFormat.json.write(exercises)
        #expect(try ExerciseFormat.json.read(written).map { try $0.get() } == exercises)
    }
}
