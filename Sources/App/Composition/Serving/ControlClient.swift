import ArgumentParser
import Base
import Foundation

/// A command's way into the program that serves: where it owns the database, it runs the command there.
enum ControlClient {
    /// Has this process's command run by whoever serves `database`, and returns its exit code; nil where nobody listens.
    ///
    /// Throws `Failure(.outcomeUnknown)` where that program goes away in the middle.
    static func run(beside database: String) throws(Failure) -> ExitCode? {
        guard let socket = LocalSocket.connected(to: LocalSocket.path(besides: database)) else { return nil }
        defer { close(socket.descriptor) }
        let seat = Seat.own
        let request = ControlRequest(
            arguments: Array(CommandLine.arguments.dropFirst()), folder: seat.folder, language: seat.language)
        guard socket.send(request.line, with: [seat.input, seat.output, seat.errors]) else { return nil }
        guard let (line, _) = socket.line(atMost: 200), let answer = ControlAnswer(line) else { throw .programWentAway }
        return ExitCode(answer.exitCode)
    }
}

extension Failure {
    fileprivate static let programWentAway = Failure(
        .outcomeUnknown, "program_went_away",
        Text(
            es: "El programa en marcha terminó mientras ejecutaba la orden: compruebe si quedó hecha antes de repetirla.",
            en: "The running program ended while it ran the command: look whether it is done before you repeat it."))
}
