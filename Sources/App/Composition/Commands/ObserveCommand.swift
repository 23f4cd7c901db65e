import ArgumentParser
import Base
import Vision

/// `zancada observe VIDEO`: what was seen, without conclusions.
struct ObserveCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "observe",
            abstract: phrase(
                es: "De un video a las observaciones: los puntos del cuerpo en cada imagen.",
                en: "From a video to observations: the body's landmarks in each picture."))
    }

    @Argument(help: help(Text(es: "El video.", en: "The video.")), completion: .file())
    var video: String

    @OptionGroup var observing: ObserveOptions
    @OptionGroup var measuring: MeasureOptions

    @Flag(name: [.short, .long], help: help(Text(es: "No muestra avance.", en: "Show no progress.")))
    var quiet = false

    @Option(help: help(Text(es: "Carpeta para observations.jsonl.", en: "Folder for observations.jsonl.")), completion: .directory)
    var out: String = "zancada-out"

    func run() throws {
        try measuring.check()
        try observing.check()
        let cancellation = try Cancellation.byInterrupts()
        let recording = try Recording(path: video, captureFile: observing.capture, cancellation: cancellation)
        try OutputFolder.filling(out) { folder in
            var progress = ProgressLine(isQuiet: quiet)
            let file = try folder.open(ResultFiles.observations)
            _ = try Observing.observe(
                recording, request: measuring.request(), maximalRateHertz: observing.maxFps, cancellation: cancellation,
                onProgress: { progress.update(Observing.seeing, fraction: $0, count: $1) }
            ) { line throws(Failure) in try file.append(line) }
            progress.finish()
            try file.close()
            // Results of an earlier recording beside the observations of this one would be taken for theirs.
            try folder.publish([ResultFiles.observations], removing: ResultFiles.results)
            if !quiet { try Terminal.show("\(folder.path)/\(ResultFiles.observations)\n") }
        }
    }
}
