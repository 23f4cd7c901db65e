import ArgumentParser
import Base
import Foundation
import Movement
import Vision

/// What runs in the confined child: decoding and looking, with the video on standard input and lines on standard output.
///
/// Everything trusted (the runtime and its networks) is loaded first; then the walls go up; only then is the first byte of
/// the video read.
struct ObserverCommand: ParsableCommand {
    static let name = "observer"

    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: name, shouldDisplay: false)
    }

    @Option var runtime: String
    @Option var maxFps: Double

    func run() throws {
        var output = ConfinedOutput()
        do {
            try look(sayingTo: &output)
        } catch {
            let failure = error as? Failure ?? Failure.videoStoppedReader
            try output.refuse(failure)
            Foundation.exit(failure.kind.exitCode)
        }
        try output.end()
    }

    private func look(sayingTo output: inout ConfinedOutput) throws {
        let models = try PoseModels(folder: runtime)
        guard let source = ByteSource(fileDescriptor: STDIN_FILENO) else { throw Failure.notAVideo }
        _ = try Confinement.enter()
        var lines = ObservationsWriter()
        let end = try PoseObserver(models: models, maximalHertz: maxFps).observe(source) { stream in
            try output.write(line: StreamLine.write(stream))
        } onFrame: { frame in
            let line = lines.frame(
                time: frame.timeSeconds, light: frame.light, score: frame.score, found: frame.found, points: frame.points)
            try output.write(line: line.dropLast())
        }
        if !end.remarks.isEmpty { try output.write(line: StreamLine.writeRemarks(end.remarks.map(\.rawValue))) }
    }
}
