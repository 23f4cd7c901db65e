import Base
import ExerciseLibrary
import Records
import Runtime
import Testing

@Suite("What an exercise is")
struct KindTests {
    @Test("each field is its property, and a body comes back as it was")
    func declaration() throws {
        #expect(try Exercise.kind.misnamedFields(in: .sample()).isEmpty)
        #expect(try Exercise.kind.value(from: try Exercise.kind.body(of: .sample()).bytes) == .sample())
        let review = ExerciseReview(exercise: FixedWorld(seed: 1).world.id(), version: 3, verdict: .rejected, remark: "Falta la dosis.")
        #expect(try ExerciseReview.kind.misnamedFields(in: review).isEmpty)
    }

    @Test("every event has an example that comes back")
    func events() throws {
        for event in ExerciseLibraryFeature.manifest.events { #expect(try !event.example().isEmpty) }
    }

    @Test(
        "what is beyond the fields is held too",
        arguments: [
            Rule("/slug", "slug") { $0.slug = "Heel raise" }, Rule("/slug", "slug") { $0.slug = "heel--raise" },
            Rule("/muscles", "required") { $0.muscles = [] },
            Rule("/dose/repetitions", "required") { ($0.dose.repetitions, $0.dose.holdSeconds) = (nil, nil) },
            Rule("/english/instructions", "languages_differ") { $0.english.instructions = ["One."] },
            Rule("/english/red_flags", "languages_differ") { $0.english.redFlags = [] },
            Rule("/progressions/0", "not_another_exercise") { $0.progressions = ["toe-walk"] },
            Rule("/regressions/1", "not_another_exercise") { $0.regressions = ["a", "a"] },
            Rule("/movement_protocol", "unknown_protocol") { $0.movementProtocol = "juggling" },
        ])
    func rules(_ rule: Rule) {
        #expect(Exercise.sample().faults(measuredBy: Library.protocols) == [])
        let faults = Exercise.sample("toe-walk", rule.change).faults(measuredBy: Library.protocols)
        #expect(faults.map { "\($0.pointer) \($0.code)" } == ["\(rule.pointer) \(rule.code)"])
    }

    /// A change that breaks a rule, and what is told of it.
    struct Rule: Sendable {
        let pointer: String
        let code: String
        let change: @Sendable (inout Exercise) -> Void

        init(_ pointer: String, _ code: String, _ change: @escaping @Sendable (inout Exercise) -> Void) {
            self.pointer = pointer
            self.code = code
            self.change = change
        }
    }
}
