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

    /// On standard error; a closed one is nobody's fault and nobody's news.
    static func write(_ text: String) {
        _ = send(Array(text.utf8), to: Seat.current.errors)
    }

    /// On standard output. A reader that went away, as `head` does, is no failure.
    static func show(_ text: String) throws(Failure) {
        _ = try show(Array(text.utf8))
    }

    /// The same; false where the reader went away, for whoever would go on writing. Waits while a reader does not read.
    static func show(_ bytes: [UInt8]) throws(Failure) -> Bool {
        let code = send(bytes, to: Seat.current.output)
        guard code == 0 || code == EPIPE else {
            throw Failure(
                .inputOutput, "standard_output",
                Text(
                    es: "No se pudo escribir en la salida estándar (\(String(cString: strerror(code)))).",
                    en: "Standard output could not be written to (\(String(cString: strerror(code)))).")
            )
        }
        return code == 0
    }

    /// One value of JSON on a line of its own, on standard output.
    static func answer(_ write: (inout JSONWriter) -> Void) throws(Failure) {
        var json = JSONWriter()
        write(&json)
        json.endLine()
        try show(String(decoding: json.bytes, as: UTF8.self))
    }

    /// Zero, or the error number that stopped it.
    private static func send(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno }
            sent += count
        }
        return 0
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
    static let ofCommandLine: Language = {
        let arguments = CommandLine.arguments
        for (index, argument) in arguments.enumerated() {
            if argument == "--language", index + 1 < arguments.count { return Language(rawValue: arguments[index + 1]) ?? .ofEnvironment }
            if argument.hasPrefix("--language=") { return Language(rawValue: String(argument.dropFirst(11))) ?? .ofEnvironment }
        }
        return .ofEnvironment
    }()

    /// Whoever reads what the command that runs here says.
    static var chosen: Language { Seat.current.language }
}
