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
            if command is any AsyncParsableCommand { runAside() }
            try command.run()
            leave(0)
        } catch {
            leave(code(ending: error))
        }
    }

    /// The main thread stays behind: two programs of one package cannot both have an asynchronous `main`.
    private static func runAside() -> Never {
        Task.detached { leave(await perform(Array(CommandLine.arguments.dropFirst()))) }
        dispatchMain()
    }

    /// Runs a command in the current seat, says there what went wrong, and returns its exit code.
    static func perform(_ arguments: [String]) async -> Int32 {
        do {
            var command = try ZancadaCommand.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
            return 0
        } catch {
            return code(ending: error)
        }
    }

    /// Ends the process without what libraries do at an exit: a connection may still be opening on its thread, and OpenSSL would
    /// take its tables away under it. What is written here is not buffered.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    private static func code(ending error: any Error) -> Int32 {
        if let failure = error as? Failure ?? (error as? InvalidInput)?.failure {
            Terminal.complain(failure.message)
            return failure.kind.exitCode
        }
        if let code = error as? ExitCode { return code.rawValue }
        if ZancadaCommand.exitCode(for: error).isSuccess {
            // The help that was asked for.
            do { try Terminal.show(HelpPage.text(ZancadaCommand.fullMessage(for: error), .ofEnvironment)) } catch {
                return error.kind.exitCode
            }
            return 0
        }
        Terminal.complain(UsageMessage.text(for: ZancadaCommand.message(for: error)))
        return Failure.Kind.usage.exitCode
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
    static var names: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "zancada",
            abstract: phrase(
                es: "Mide el movimiento de una persona en un video, y guarda lo que la plataforma sabe.",
                en: "Measures a person's movement in a video, and keeps what the platform knows."),
            discussion: phrase(
                es: """
                    evaluate, observe y measure trabajan con un video, verify con un informe certificado, y no necesitan más. Lo demás es la plataforma: «zancada serve» la \
                    pone en marcha, y las otras órdenes trabajan con sus datos, con ella en marcha o parada.
                    """,
                en: """
                    evaluate, observe and measure work on a video, verify on a certified report, and need nothing else. The rest is the platform: 'zancada serve' starts \
                    it, and the other commands work on its data, whether it is at work or not.
                    """),
            version: Program.nameAndVersion,
            subcommands: [
                EvaluateCommand.self, ObserveCommand.self, MeasureCommand.self, VerifyCommand.self, MigrateCommand.self, CheckCommand.self,
                ServeCommand.self, DemoCommand.self, RolesCommand.self, RoutesCommand.self, ConfigCommand.self, OrgCommand.self,
                SubjectCommand.self,
                RecordCommand.self,
                ExercisesCommand.self, AdminCommand.self, JobsCommand.self, SubscriptionsCommand.self, JournalCommand.self,
                KeysCommand.self,
                TokenCommand.self, MailCommand.self, KitCommand.self, BackupCommand.self, RestoreCommand.self,
                VersionCommand.self, ObserverCommand.self,
            ])
    }
}

struct VersionCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "version", abstract: phrase(es: "Dice qué versión es.", en: "Says which version this is."),
            discussion: phrase(es: "Código de salida: 0.", en: "Exit code: 0."))
    }

    @OptionGroup var output: AnswerOptions

    func run() throws {
        guard output.json else { return try Terminal.show(Program.nameAndVersion + "\n") }
        try Terminal.answer { json in
            json.object { json in
                json.member("version", Program.version)
                json.member("program_sha256", Program.sha256)
            }
        }
    }
}

/// A text in the language of the environment: for `--help`, which is printed before `--language` is read.
func phrase(es: String, en: String) -> String {
    Text(es: es, en: en)(Language.ofEnvironment)
}

/// The same for an option's help.
func help(_ text: Text) -> ArgumentHelp {
    ArgumentHelp(stringLiteral: text(Language.ofEnvironment))
}
