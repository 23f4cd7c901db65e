import ArgumentParser
import Base
import ExerciseLibrary

struct ImportExercises: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "import",
            abstract: phrase(
                es: "Trae ejercicios de un archivo JSON o CSV; con una falta no entra ninguno, salvo con --mode rows.",
                en: "Brings in exercises from a JSON or CSV file; with one fault none is taken, unless --mode rows is given."))
    }

    @Argument(help: help(Text(es: "El archivo, o - para la entrada estándar.", en: "The file, or - for standard input."))) var file: String
    @Option(help: help(Text(es: "json o csv; sin ella, según el nombre.", en: "json or csv; by the file's name without it.")))
    var format: ExerciseFormat?
    @Option(
        help: help(Text(es: "whole: todo o nada; rows: las filas sin faltas.", en: "whole: all or nothing; rows: those without faults.")))
    var mode: ExerciseImport.Mode = .whole
    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let bytes = try InputFile.read(file, atMost: ExerciseFormat.mostBytes)
        let format = format ?? (file.hasSuffix(".csv") ? .csv : .json)
        let report = try await organisation.using { office, standing in
            try await office.exercises.imports.run(bytes, format, mode, by: standing)
        }
        try output.json ? Terminal.answer { report.write(to: &$0) } : Terminal.show(report.lines(.chosen))
        if report.refused > 0 { throw ExitCode(Failure.Kind.invalid.exitCode) }
    }
}

struct ExportExercises: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export",
            abstract: phrase(
                es: "Escribe todos los ejercicios en JSON o CSV, como los lee la importación.",
                en: "Writes all exercises as JSON or CSV, as import reads them."))
    }

    @Option(help: help(Text(es: "json o csv.", en: "json or csv."))) var format: ExerciseFormat = .json
    @Option(help: help(Text(es: "El archivo; sin él, la salida estándar.", en: "The file; standard output without it."))) var output:
        String?
    @OptionGroup var organisation: OrganisationOptions

    func run() async throws {
        let bytes = try await organisation.using { office, standing in
            try format.write(try await office.exercises.store.all(by: standing).map(\.exercise))
        }
        guard let output else {
            _ = try Terminal.show(bytes)
            return
        }
        let file = try NewFile(output)
        try file.append(bytes)
        try file.publish()
    }
}

extension ExerciseFormat: ExpressibleByArgument {}
extension ExerciseImport.Mode: ExpressibleByArgument {}

extension ExerciseReport {
    fileprivate func lines(_ language: Language) -> String {
        let sum = Text(
            es: "Creados \(created), cambiados \(updated), iguales \(unchanged), rechazados \(refused).\n",
            en: "Created \(created), changed \(updated), unchanged \(unchanged), refused \(refused).\n")
        let rows = faults.map { fault in
            Text(
                es: "fila \(fault.row), \(fault.place): \(fault.spanish)\n", en: "row \(fault.row), \(fault.place): \(fault.english)\n")(
                    language)
        }
        return sum(language) + rows.joined()
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("created", created)
            json.member("updated", updated)
            json.member("unchanged", unchanged)
            json.member("refused", refused)
            json.member(
                "faults",
                array: { json in
                    for fault in faults {
                        json.object { json in
                            json.member("row", fault.row)
                            json.member("place", fault.place)
                            json.member("code", fault.code)
                            json.member("message", fault.message(.chosen))
                        }
                    }
                })
        }
    }
}
