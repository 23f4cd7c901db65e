import Base
import Foundation

/// What the program says to the person at the terminal.
enum Terminal {
    /// Whether standard error is a terminal that a line can be rewritten on.
    static let isInteractive = isatty(STDERR_FILENO) == 1

    /// One line on standard error, in the person's language.
    static func complain(_ message: Text) {
        write("zancada: \(message(Language.chosen))\n")
    }

    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}

extension Language {
    /// The language of the environment: the first of LC_ALL, LC_MESSAGES and LANG that is set.
    static let ofEnvironment: Language = {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return locale.hasPrefix("es") ? .spanish : .english
    }()

    /// The language of `--language` wherever it stands on the command line, so that even a complaint about
    /// the command line is in it; otherwise the environment's.
    static let chosen: Language = {
        let arguments = CommandLine.arguments
        for (index, argument) in arguments.enumerated() {
            if argument == "--language", index + 1 < arguments.count { return Language(rawValue: arguments[index + 1]) ?? .ofEnvironment }
            if argument.hasPrefix("--language=") { return Language(rawValue: String(argument.dropFirst(11))) ?? .ofEnvironment }
        }
        return .ofEnvironment
    }()
}
