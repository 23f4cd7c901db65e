import Access
import Base
import Records

/// An exercise as the library describes it: what it is for, how it is done, how much of it, and when not.
package struct Exercise: Codable, Sendable, Hashable {
    /// Its name among programs and in files, which others refer to: `heel-raise`.
    package var slug: String
    package var nameES: String
    package var nameEN: String
    package var muscles: [Muscle]
    package var dose: Dose
    package var spanish: Wording
    package var english: Wording
    /// Slugs of what comes after it, when it has become easy.
    package var progressions: [String]
    /// Slugs of what comes before it, while it is too hard.
    package var regressions: [String]
    /// By which protocol a video of it is measured; nil where none is known (`Protocols`).
    package var movementProtocol: String?
    package var source: Source

    /// What is told to whoever does it, in one language: plain words.
    package struct Wording: FieldGroup, Hashable {
        package var purpose: String
        /// Step by step.
        package var instructions: [String]
        /// Who should not do it.
        package var contraindications: [String]
        /// How much pain is acceptable, and what to do beyond that.
        package var painRule: String
        /// Signs that need somebody's eyes, and how soon.
        package var redFlags: [String]
    }

    /// How much. It is done so many times, or held so long, or both.
    package struct Dose: FieldGroup, Hashable {
        package var sets: Int
        /// In each set.
        package var repetitions: Int?
        /// Of each repetition, or of the set where there are none.
        package var holdSeconds: Int?
        /// Between sets.
        package var restSeconds: Int
        package var timesPerWeek: Int
    }

    /// Where the facts are from; the words are ours.
    package struct Source: FieldGroup, Hashable {
        package var kind: SourceKind
        package var title: String
        /// Authors and journal, or who publishes it.
        package var publisher: String
        package var year: Int
    }

    package enum SourceKind: String, FieldWord {
        case guideline
        case review
        case study
        case textbook
    }

    package func name(in language: Language) -> String { Text(es: nameES, en: nameEN)(language) }
    package func wording(in language: Language) -> Wording { language == .spanish ? spanish : english }
}

extension Exercise {
    package static let kind = RecordKind<Exercise>(
        "exercise", about: .organisation, access: access,
        fields: [
            .init(\.slug, "slug", .text(1...60), .public, search: .order),
            .init(\.nameES, "name_es", .text(1...120), .public, search: .order),
            .init(\.nameEN, "name_en", .text(1...120), .public, search: .order),
            .init(\.muscles, "muscles", .list(Muscle.type, atMost: 12), .public),
            .init(\.dose, "dose", .object(Dose.fields), .public),
            .init(\.spanish, "spanish", .object(Wording.fields), .public),
            .init(\.english, "english", .object(Wording.fields), .public),
            .init(\.progressions, "progressions", .list(.text(1...60), atMost: 12), .public),
            .init(\.regressions, "regressions", .list(.text(1...60), atMost: 12), .public),
            .init(\.movementProtocol, "movement_protocol", .text(1...60), .public),
            .init(\.source, "source", .object(Source.fields), .public),
        ],
        indexes: [RecordIndex(by: "slug"), RecordIndex(by: "name_es"), RecordIndex(by: "name_en")], rules: [\.faults],
        guards: [ExerciseGuard.check])

    /// Everybody in the organisation reads; whoever may write proposes, and what is proposed is unreviewed.
    private static let access = RecordAccess(
        read: AccessRule(.grant(to: .sameOrganisation, upTo: .internal)), create: writing, change: writing)
    private static let writing = AccessRule(
        .grant(to: .all(.sameOrganisation, .holds(ExerciseLibraryFeature.write)), upTo: .internal))

    enum CodingKeys: String, CodingKey {
        case slug, muscles, dose, spanish, english, progressions, regressions, source
        case nameES = "name_es"
        case nameEN = "name_en"
        case movementProtocol = "movement_protocol"
    }
}

extension Exercise.Wording {
    package static let fields = [
        FieldShape("purpose", .text(1...500), isRequired: true),
        FieldShape("instructions", .list(.text(1...500), atMost: 12), isRequired: true),
        FieldShape("contraindications", .list(.text(1...500), atMost: 12), isRequired: true),
        FieldShape("pain_rule", .text(1...500), isRequired: true),
        FieldShape("red_flags", .list(.text(1...500), atMost: 12), isRequired: true),
    ]

    enum CodingKeys: String, CodingKey {
        case purpose, instructions, contraindications
        case painRule = "pain_rule"
        case redFlags = "red_flags"
    }
}

extension Exercise.Dose {
    package static let fields = [
        FieldShape("sets", .integer(1...20), isRequired: true),
        FieldShape("repetitions", .integer(1...200)),
        FieldShape("hold_seconds", .integer(1...600)),
        FieldShape("rest_seconds", .integer(0...600), isRequired: true),
        FieldShape("times_per_week", .integer(1...21), isRequired: true),
    ]

    enum CodingKeys: String, CodingKey {
        case sets, repetitions
        case holdSeconds = "hold_seconds"
        case restSeconds = "rest_seconds"
        case timesPerWeek = "times_per_week"
    }
}

extension Exercise.Source {
    package static let fields = [
        FieldShape("kind", Exercise.SourceKind.type, isRequired: true),
        FieldShape("title", .text(1...300), isRequired: true),
        FieldShape("publisher", .text(1...300), isRequired: true),
        FieldShape("year", .integer(1800...2100), isRequired: true),
    ]
}
