import ArgumentParser
import Base
import Movement

/// `--exercise`: one of the protocols, or `auto`.
enum ExerciseChoice: ExpressibleByArgument, Equatable {
    case auto
    case named(Exercise)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let exercise = Exercise(rawValue: argument) {
            self = .named(exercise)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { Exercise.allCases.map(\.rawValue) + ["auto"] }
    var defaultValueDescription: String { "auto" }

    var exercise: Exercise? {
        switch self {
        case .auto: nil
        case .named(let exercise): exercise
        }
    }
}

extension Language: ExpressibleByArgument {}

/// The options of whatever measures.
struct MeasureOptions: ParsableArguments {
    @Option(
        help: help(Text(es: "El ejercicio filmado; si falta, se reconoce.", en: "The exercise that was filmed; recognised where not told."))
    )
    var exercise: ExerciseChoice?

    @Option(
        help: help(Text(es: "Estatura de la persona en centímetros, de 50 a 250.", en: "The person's height in centimetres, 50 to 250.")))
    var height: Double?

    @Option(help: help(Text(es: "Idioma del informe y de los mensajes.", en: "Language of the report and of the messages.")))
    var language: Language?

    /// What the parser cannot tell is out of range; its own check would bury the words.
    func check() throws(Failure) {
        guard let height else { return }
        guard height.isFinite, (50...250).contains(height) else {
            throw Failure(
                .usage, "height",
                Text(
                    es: "La estatura va en centímetros, entre 50 y 250.",
                    en: "The height is given in centimetres, between 50 and 250."))
        }
    }

    /// What was asked, over what the observations say was asked when they were made.
    func request(over earlier: MeasureRequest? = nil) -> MeasureRequest {
        MeasureRequest(
            exercise: exercise.map(\.exercise) ?? earlier?.exercise,
            heightMetres: height.map { $0 / 100 } ?? earlier?.heightMetres,
            language: language ?? earlier?.language ?? .ofEnvironment)
    }
}

/// The options of whatever looks at a video.
struct ObserveOptions: ParsableArguments {
    @Option(
        help: help(
            Text(
                es: "Archivo JSON con lo que el teléfono sabe: {\"gravity\": [x, y, z], \"focal_length_35mm_equivalent\": 26}.",
                en: "JSON file with what the phone knows: {\"gravity\": [x, y, z], \"focal_length_35mm_equivalent\": 26}.")))
    var capture: String?

    @Option(
        help: help(
            Text(
                es: "Como mucho, cuántas imágenes por segundo se analizan, de 5 a 240.",
                en: "At most how many pictures a second are analysed, 5 to 240.")))
    var maxFps: Double = 30

    /// What the parser cannot tell is out of range; its own check would bury the words.
    func check() throws(Failure) {
        guard maxFps.isFinite, (5...240).contains(maxFps) else {
            throw Failure(
                .usage, "max_fps",
                Text(es: "--max-fps va de 5 a 240.", en: "--max-fps goes from 5 to 240."))
        }
    }
}

/// The options of how much is said, and where files go.
struct OutputOptions: ParsableArguments {
    @Flag(help: help(Text(es: "Escribe report.json en la salida estándar.", en: "Print report.json on standard output.")))
    var json = false

    @Flag(name: [.short, .long], help: help(Text(es: "No muestra avance ni resumen.", en: "Show neither progress nor summary.")))
    var quiet = false
}
