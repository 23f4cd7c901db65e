import Access
import Base
import Records
import Runtime
import Store

/// The exercise library: what clinics prescribe from, in Spanish and English, with what was thought of each exercise.
///
/// Every organisation begins with the same exercises (a subscription hears of it, asks for a job, the job fills the store), changes
/// them as it likes, and has them reviewed by whoever may. It is small on purpose: a new feature is made after it
/// (docs/new-feature.md).
package struct ExerciseLibraryFeature: Feature {
    package let store: ExerciseStore
    package let reviews: ExerciseReviews
    package let imports: ExerciseImport
    package let uploads: ExerciseUploads
    let host: FeatureHost

    package init(_ host: FeatureHost, protocols: Protocols) {
        self.host = host
        store = ExerciseStore(host, protocols: protocols)
        reviews = ExerciseReviews(host)
        imports = ExerciseImport(host, store)
        uploads = ExerciseUploads(host, importing: ExerciseJobs.importing)
    }

    package static let write: Permission = "exercise.write"
    package static let review: Permission = "exercise.review"
    /// The feature itself at work.
    static let librarian: RoleName = "exercise_librarian"

    package static let manifest = Manifest(
        "exercise_library", Text(es: "Biblioteca de ejercicios", en: "Exercise library"),
        purpose: Text(
            es: "Guarda los ejercicios que se indican a los pacientes, con su dosis, sus límites y su fuente.",
            en: "Keeps the exercises that patients are given, with their dose, their limits and their source."),
        paths: ["/exercises", "/exercise-reviews", "/exercise-files"],
        permissions: [
            PermissionShape(
                write, Text(es: "proponer y cambiar ejercicios", en: "propose and change exercises"),
                to: ["therapist", "organisation_admin", "operator", librarian]),
            PermissionShape(
                review, Text(es: "aprobar o rechazar ejercicios", en: "approve or reject exercises"),
                to: ["exercise_reviewer", "operator"]),
        ],
        roles: [
            Role(librarian, Text(es: "bibliotecario de ejercicios (el programa)", en: "exercise librarian (the program)")),
            Role("exercise_reviewer", Text(es: "revisor clínico de ejercicios", en: "clinical reviewer of exercises")),
        ],
        kinds: [Exercise.kind.shape, ExerciseReview.kind.shape],
        tables: [ExerciseReferences.table, ExerciseUploads.table],
        migrations: [
            Migration(1, "exercises") { dialect in
                RecordTable(Exercise.kind.shape).creation(dialect) + [
                    // Deleted ones too: what a clinic deleted is not there to be made anew.
                    "CREATE UNIQUE INDEX exercise_slugs ON record_exercise (tenant, f_slug)"
                ]
            },
            Migration(2, "reviews of exercises") { RecordTable(ExerciseReview.kind.shape).creation($0) },
            Migration(3, "which exercises name others") { ExerciseReferences.creation($0) },
            Migration(4, "files on their way in") { ExerciseUploads.creation($0) },
        ],
        events: [ExerciseEvents.reviewed.shape, ExerciseEvents.imported.shape],
        ports: [Protocols.shape])

    package var subscriptions: [Subscription] { [Self.welcome(host.world), ExerciseReferences.subscription] }
    package var jobs: [JobHandler] { ExerciseJobs(host: host, store: store, uploads: uploads).handlers }

    package var schedules: [Schedule] {
        [
            Schedule(
                "exercise_library.tidy", Text(es: "Quitar importaciones viejas", en: "Remove old imports"), .daily(hour: 3, minute: 30)
            ) { [host] _ in try ExerciseJobs.tidying.request(TidyOrder(), in: nil, host.world) }
        ]
    }

    /// A new organisation gets the exercises, and so does one that was there before the feature.
    private static func welcome(_ world: World) -> Subscription {
        Subscription(
            "exercise_library.welcome",
            Text(es: "Da los ejercicios a cada organización nueva.", en: "Gives each new organisation the exercises."),
            from: .beginning, to: .entries(of: ["organisation"], [.created], openingBodies: false)
        ) { entry, tx in
            let tenant = try entry.organisation
            try ExerciseJobs.seeding.request(SeedOrder(), in: tenant, key: "exercise_library.seed/\(tenant)", world).enqueue(tx)
        }
    }
}
