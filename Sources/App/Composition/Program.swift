import ArgumentParser
import Base
import Dispatch
import Foundation
import Records

/// The program's front door: parse, run, and turn whatever went wrong into one line and an exit code.
package enum Program {
    /// Set by hand at each release; the second number grows when results may change.
    package static let version = "0.1.0"
    package static let nameAndVersion = "zancada \(version)"

    /// SHA-256 of the running program's file, in hexadecimal.
    static let sha256: String = {
        var digest = Digest()
        digest.update([UInt8](FileManager.default.contents(atPath: "/proc/self/exe") ?? Data()))
        return digest.hexadecimal
    }()

    package static func main() -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try ZancadaCommand.parseAsRoot()
            guard let command = command as? any AsyncParsableCommand else {
                try command.run()
                leave(0)
            }
            run(command)
        } catch {
            end(error)
        }
    }

    /// The main thread stays behind: two programs of one package cannot both have an asynchronous `main`.
    private static func run(_ command: any AsyncParsableCommand) -> Never {
        let unstarted = UncheckedCommand(command)
        Task.detached {
            do {
                var command = unstarted.command
                try await command.run()
                leave(0)
            } catch {
                end(error)
            }
        }
        dispatchMain()
    }

    /// Commands are values that nobody else has a hand on any more; their property wrappers are not marked as such.
    private struct UncheckedCommand: @unchecked Sendable {
        let command: any AsyncParsableCommand

        init(_ command: any AsyncParsableCommand) {
            self.command = command
        }
    }

    /// Ends the process without what libraries do at an exit: a connection may still be opening on its thread, and OpenSSL would
    /// take its tables away under it. What is written here is not buffered.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    private static func end(_ error: any Error) -> Never {
        if let failure = error as? Failure ?? (error as? InvalidRecord)?.failure {
            Terminal.complain(failure.message)
            leave(failure.kind.exitCode)
        }
        if let code = error as? ExitCode { leave(code.rawValue) }
        let code = ZancadaCommand.exitCode(for: error)
        if code.isSuccess { ZancadaCommand.exit(withError: error) }
        Terminal.complain(UsageMessage.text(for: ZancadaCommand.message(for: error)))
        leave(Failure.Kind.usage.exitCode)
    }
}

extension Failure.Kind {
    /// The exit code, after BSD's sysexits(3).
    package var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .invalid: 65
        case .unavailable: 69
        case .fault: 70
        case .cannotCreate: 73
        case .inputOutput, .outcomeUnknown: 74
        case .conflict, .overloaded, .deadlineExceeded: 75
        case .unauthenticated, .forbidden: 77
        case .notFound: 66
        case .cancelled: 130
        }
    }
}

struct ZancadaCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "zancada",
            abstract: phrase(
                es: "Mide el movimiento de una persona en un video, y guarda lo que la plataforma sabe.",
                en: "Measures a person's movement in a video, and keeps what the platform knows."),
            discussion: phrase(
                es:
                    "Códigos de salida: 0 bien · 64 orden mal escrita · 65 datos que no sirven · 69 falta algo (motor de pose, base de datos) · 70 error nuestro · 73/74 no se pudo escribir · 75 inténtelo más tarde · 77 no tiene permiso · 130 interrumpido.",
                en:
                    "Exit codes: 0 fine · 64 wrong command line · 65 unusable input · 69 something is missing (pose runtime, database) · 70 a fault of ours · 73/74 cannot be written · 75 try again later · 77 not permitted · 130 interrupted."
            ),
            version: Program.nameAndVersion,
            subcommands: [
                EvaluateCommand.self, ObserveCommand.self, MeasureCommand.self, MigrateCommand.self, CheckCommand.self,
                OrgCommand.self, SubjectCommand.self, RecordCommand.self, JournalCommand.self, KeysCommand.self,
                KitCommand.self, BackupCommand.self, RestoreCommand.self,
                VersionCommand.self, ObserverCommand.self,
            ])
    }
}

struct VersionCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "version", abstract: phrase(es: "Dice qué versión es.", en: "Says which version this is."))
    }

    func run() throws { try Terminal.show(Program.nameAndVersion + "\n") }
}

/// A text in the language of the environment: for `--help`, which is printed before `--language` is read.
func phrase(es: String, en: String) -> String {
    Text(es: es, en: en)(Language.ofEnvironment)
}

/// The same for an option's help.
func help(_ text: Text) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: text(Language.ofEnvironment))
}
