import Access
import Base
import ExerciseLibrary
import FeatureKit
import Records
import Runtime
import TestKit
import Testing

/// The exercise library at work in a clinic.
struct Library: Sendable {
    let ground: FeatureGround
    let feature: ExerciseLibraryFeature

    /// As Movement would answer.
    static let protocols = Protocols { name in
        ["squat", "sit-to-stand", "shoulder-abduction", "gait"].contains(name) ? Text(verbatim: name) : nil
    }

    static func with(_ engine: EngineMatrix = .sqlite, _ body: (Library) async throws -> Void) async throws {
        try await FeatureGround.with(engine, [ExerciseLibraryFeature.manifest]) { ground in
            try await body(Library(ground: ground, feature: ExerciseLibraryFeature(ground.host, protocols: protocols)))
        }
    }

    var store: ExerciseStore { feature.store }
    var therapist: Standing { ground.standing("therapist-1", ["therapist"]) }
    var reviewer: Standing { ground.standing("reviewer-1", ["exercise_reviewer"]) }
    var patient: Standing { ground.standing("patient-1", ["patient"]) }

    func subscription(_ name: String) throws -> Subscription {
        try #require(feature.subscriptions.first { $0.name == name })
    }

    /// Fills the clinic as it happens in production, but one after the other.
    func fill() async throws {
        try await ground.deliver(try subscription("exercise_library.welcome"))
        try await ground.perform(feature.jobs)
    }
}

extension Exercise {
    /// One that may be saved, in which every property differs.
    static func sample(_ slug: String = "toe-walk", _ change: (inout Exercise) -> Void = { _ in }) -> Exercise {
        var exercise = template
        exercise.slug = slug
        change(&exercise)
        return exercise
    }

    private static let template: Exercise = {
        let body = #"""
            {"slug":"toe-walk","name_es":"Caminar de puntas","name_en":"Walking on toes","muscles":["gastrocnemius","soleus"],
             "dose":{"sets":2,"repetitions":10,"hold_seconds":3,"rest_seconds":45,"times_per_week":5},
             "spanish":{"purpose":"Dar fuerza a la pantorrilla.","instructions":["Póngase de puntas.","Camine."],
                "contraindications":["Rotura del tendón."],"pain_rule":"Hasta 3 sobre 10.","red_flags":["Hinchazón."]},
             "english":{"purpose":"To strengthen the calf.","instructions":["Rise on your toes.","Walk."],
                "contraindications":["A rupture of the tendon."],"pain_rule":"Up to 3 out of 10.","red_flags":["Swelling."]},
             "progressions":["heel-raise"],"regressions":["calf-stretch"],"movement_protocol":"gait",
             "source":{"kind":"textbook","title":"A title","publisher":"A publisher","year":2001}}
            """#
        do { return try kind.value(from: Array(body.utf8)) } catch { fatalError("the sample is no exercise: \(error)") }
    }()
}

extension ReviewState {
    /// nil: unreviewed.
    var verdict: ExerciseReview.Verdict? { if case .reviewed(let verdict, _, _) = self { verdict } else { nil } }
    var reviewer: String? { if case .reviewed(_, let reviewer, _) = self { reviewer } else { nil } }
}
