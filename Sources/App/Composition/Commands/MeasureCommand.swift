import ArgumentParser
import Base
import Movement
import Vision

/// `zancada measure OBSERVATIONS`: everything else, as a pure function of that file.
struct MeasureCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "measure",
            abstract: phrase(
                es: "De las observaciones al informe; da lo mismo que «evaluate».",
                en: "From observations to the report; gives what 'evaluate' gives."))
    }

    @Argument(help: help(Text(es: "El archivo observations.jsonl.", en: "The file observations.jsonl.")), completion: .file())
    var observations: String

    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var output: OutputOptions

    @Option(help: help(Text(es: "Carpeta para los archivos.", en: "Folder for the files.")), completion: .directory)
    var out: String = "zancada-out"

    func run() throws {
        try measuring.check()
        let cancellation = try Cancellation.byInterrupts()
        var (seen, sha256) = try Observing.read(path: observations)
        seen.request = measuring.request(over: seen.request)
        try OutputFolder.filling(out) { folder in
            var progress = ProgressLine(isQuiet: output.quiet)
            let results = try ResultFiles(seen, sha256: sha256, cancellation: cancellation, progress: &progress)
            let names = try results.write(into: folder, beside: [])
            try results.tell(output, names: names, in: folder)
        }
    }
}
