import Base

/// What a command says to the program that serves, and what it hears: a line of JSON each. The first travels with the command's
/// standard input, output and errors.
struct ControlRequest: Sendable {
    let arguments: [String]
    let folder: String
    let language: Language

    static let mostBytes = 128 << 10
    private static let limits = JSON.Limits(bytes: mostBytes, depth: 3)

    init(arguments: [String], folder: String, language: Language) {
        self.arguments = arguments
        self.folder = folder
        self.language = language
    }

    /// nil for anything but what `line` gives.
    init?(_ line: [UInt8]) {
        guard let json = try? JSON.parse(line, limits: Self.limits), let arguments = json["arguments"]?.array,
            let folder = json["folder"]?.string, folder.hasPrefix("/"),
            let language = json["language"]?.string.flatMap({ Language(rawValue: $0) })
        else { return nil }
        let texts = arguments.compactMap(\.string)
        guard texts.count == arguments.count else { return nil }
        self.init(arguments: texts, folder: folder, language: language)
    }

    var line: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("arguments", array: { json in for argument in arguments { json.string(argument) } })
            json.member("folder", folder)
            json.member("language", language.rawValue)
        }
        json.endLine()
        return json.bytes
    }
}

/// How it ended.
struct ControlAnswer: Sendable {
    let exitCode: Int32

    init(exitCode: Int32) { self.exitCode = exitCode }

    init?(_ line: [UInt8]) {
        guard let json = try? JSON.parse(line, limits: JSON.Limits(bytes: 200, depth: 1)), let code = json["exit"]?.integer,
            let exact = Int32(exactly: code)
        else { return nil }
        exitCode = exact
    }

    var line: [UInt8] { Array("{\"exit\":\(exitCode)}\n".utf8) }
}
