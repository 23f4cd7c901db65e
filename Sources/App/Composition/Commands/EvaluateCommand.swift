import ArgumentParser
import Base
import Vision

/// `zancada evaluate VIDEO`: observe and measure in one go.
struct EvaluateCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "evaluate",
            abstract: phrase(
                es: "De un video a un informe de movimiento.", en: "From a video to a movement report."))
    }

    @Argument(help: help(Text(es: "El video.", en: "The video.")), completion: .file())
    var video: String

    @OptionGroup var measuring: MeasureOptions
    @OptionGroup var observing: ObserveOptions
    @OptionGroup var output: OutputOptions

    @Option(help: help(Text(es: "Carpeta para los archivos.", en: "Folder for the files.")), completion: .directory)
    var out: String = "zancada-out"

    func run() throws {
        try measuring.check()
        try observing.check()
        let cancellation = try Cancellation.byInterrupts()
        let recording = try Recording(path: video, captureFile: observing.capture, cancellation: cancellation)
        try OutputFolder.filling(out) { folder in
            var progress = ProgressLine(isQuiet: output.quiet)
            let file = try folder.open(ResultFiles.observations)
            var digest = Digest()
            let observations = try Observing.observe(
                recording, request: measuring.request(), maximalRateHertz: observing.maxFps, cancellation: cancellation,
                onProgress: { progress.update(Observing.seeing, fraction: $0, count: $1) }
            ) { line throws(Failure) in
                digest.update(line)
                try file.append(line)
            }
            progress.finish()
            try file.close()
            let results = try ResultFiles(
                observations, sha256: digest.hexadecimal, cancellation: cancellation, progress: &progress)
            let names = try results.write(into: folder, beside: [ResultFiles.observations])
            try results.tell(output, names: names, in: folder)
        }
    }
}
