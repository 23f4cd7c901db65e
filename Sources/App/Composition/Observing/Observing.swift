import Base
import Foundation
import Movement
import Vision

/// The first half of an evaluation, seen from the parent: from a recording to observations, by way of the confined child.
enum Observing {
    static let seeing = Text(es: "Buscando a la persona", en: "Finding the person")

    /// Looks at a recording and hands on the lines of its `observations.jsonl` as they come. Blocks the calling thread.
    static func observe(
        _ recording: Recording, request: MeasureRequest, maximalRateHertz: Double, cancellation: Cancellation,
        onProgress: (_ fraction: Double?, _ pictures: Int) -> Void, onLine: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Observations {
        var lines = ChildLines(recording: recording, request: request, maximalRateHertz: maximalRateHertz)
        let runtime = RuntimeFolder.find()
        try PoseRuntimeFile.check(folder: runtime)
        onProgress(nil, 0)
        var child = ConfinedProcess(
            arguments: [ObserverCommand.name, "--runtime", runtime, "--max-fps", String(maximalRateHertz)])
        child.refusals = PoseObserver.refusals + [Confinement.failed("ZANCADA_DEBUG=1")]
        let keepsLog = ProcessInfo.processInfo.environment["ZANCADA_DEBUG"] != nil
        child.debugLog = { if keepsLog { Terminal.write("zancada: child: \($0)\n") } }
        try child.run(input: recording.descriptor, cancellation: cancellation) { line throws(Failure) in
            guard let written = try lines.take(line) else { return }
            try onLine(written)
            onProgress(lines.fraction, lines.count)
        }
        let (observations, end) = try lines.finish()
        try onLine(end)
        return observations
    }

    /// Reads the file of an earlier look.
    static func read(path: String) throws(Failure) -> (Observations, sha256: String) {
        var lines = LineReader(path: path)
        var reader = ObservationsReader()
        do {
            while let line = try lines.next(longest: ObservationsReader.maximalLineBytes) { try reader.take(line) }
            return (try reader.finish(), lines.digest.hexadecimal)
        } catch let fault as ObservationsReader.Fault {
            throw Failure(.invalid, "observations_invalid", explanation(of: fault, path: path))
        } catch {
            throw Failure(
                .invalid, "observations_unreadable",
                Text(es: "No se puede leer «\(path)».", en: "'\(path)' cannot be read."))
        }
    }

    private static func explanation(of fault: ObservationsReader.Fault, path: String) -> Text {
        switch fault {
        case .notObservations:
            Text(
                es: "«\(path)» no es un archivo de observaciones. Hágalo con «zancada observe».",
                en: "'\(path)' is not a file of observations. Make one with 'zancada observe'.")
        case .newerVersion(let version):
            Text(
                es: "«\(path)» es de la versión \(version), más nueva que este programa. Actualice zancada.",
                en: "'\(path)' is of version \(version), newer than this program. Update zancada.")
        case .line(let line):
            Text(
                es: "«\(path)» está dañado en la línea \(line). Vuelva a hacerlo con «zancada observe».",
                en: "'\(path)' is damaged in line \(line). Make it again with 'zancada observe'.")
        case .incomplete:
            Text(
                es: "«\(path)» está incompleto. Vuelva a hacerlo con «zancada observe».",
                en: "'\(path)' is incomplete. Make it again with 'zancada observe'.")
        }
    }
}
