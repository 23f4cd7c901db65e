import ArgumentParser
import Base
import ExerciseLibrary
import Records

/// `zancada exercises`: the library of an organisation, by hand.
struct ExercisesCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "exercises",
            abstract: phrase(
                es: "La biblioteca de ejercicios: ver, revisar, importar y exportar.",
                en: "The exercise library: show, review, import and export."),
            subcommands: [
                ListExercises.self, ShowExercise.self, ImportExercises.self, ExportExercises.self, ReviewExercise.self,
            ])
    }
}

extension RecordOffice {
    /// The exercise library with its port wired.
    var exercises: ExerciseLibraryFeature {
        get throws { ExerciseLibraryFeature(try host, protocols: .measured) }
    }
}

struct ListExercises: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: phrase(es: "Muestra los ejercicios por nombre.", en: "Shows the exercises by name."))
    }

    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let entries = try await organisation.using { office, standing in try await office.exercises.store.all(by: standing) }
        let language = Language.chosen
        let sorted = entries.sorted { $0.exercise.name(in: language) < $1.exercise.name(in: language) }
        guard output.json else {
            for entry in sorted {
                try Terminal.show("\(entry.exercise.slug)  \(entry.exercise.name(in: language))  (\(entry.review.title(language)))\n")
            }
            return
        }
        try Terminal.answer { json in json.array { json in for entry in sorted { entry.write(to: &json) } } }
    }
}

struct ShowExercise: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "show", abstract: phrase(es: "Muestra un ejercicio.", en: "Shows an exercise."))
    }

    @Argument(help: help(Text(es: "Su nombre corto: squat.", en: "Its short name: squat."))) var slug: String
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let (entry, remark) = try await organisation.using { office, standing in
            let library = try office.exercises
            let entry = try await library.store.exercise(slug, by: standing)
            return (entry, try await library.reviews.remark(on: entry, by: standing))
        }
        guard output.json else { return try Terminal.show(entry.sheet(remark, .chosen)) }
        try Terminal.answer { json in entry.write(to: &json, remark: remark) }
    }
}

struct ReviewExercise: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "review",
            abstract: phrase(
                es: "Aprueba o rechaza un ejercicio tal como está; todo cambio posterior lo deja sin revisar.",
                en: "Approves or rejects an exercise as it stands; any later change makes it unreviewed again."))
    }

    @Argument(help: help(Text(es: "Su nombre corto: squat.", en: "Its short name: squat."))) var slug: String
    @Option(help: help(Text(es: "approved o rejected.", en: "approved or rejected."))) var verdict: ExerciseReview.Verdict
    @Option(help: help(Text(es: "Por qué.", en: "Why."))) var remark: String?
    @Option(
        help: help(Text(es: "La versión que se leyó; sin ella, la actual.", en: "The version that was read; the current one without it.")))
    var ifVersion: Int?
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let entry = try await organisation.using { office, standing in
            let library = try office.exercises
            let entry = try await library.store.exercise(slug, by: standing)
            return try await library.reviews.review(
                entry, ifVersion: ifVersion.map(Int64.init) ?? entry.version, as: verdict, remark: remark, by: standing)
        }
        guard output.json else { return try Terminal.show("\(slug): \(entry.review.title(.chosen))\n") }
        try Terminal.answer { json in entry.write(to: &json, remark: remark) }
    }
}

extension ExerciseReview.Verdict: ExpressibleByArgument {}
