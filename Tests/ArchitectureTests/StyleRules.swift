/// What the house style asks of a Swift file, as far as it can be read off its lines.
enum StyleRules {
    static let mostLines = 400
    static let mostLinesOfMain = 30
    static let forbiddenEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl", "DTO"]

    /// A library neither reads nor writes, and knows no clock, no chance and no environment.
    static let impure = [
        "FileManager", "FileHandle", "ProcessInfo", "Process(", "URLSession", "Date(", "Date.now", "ContinuousClock",
        "SuspendingClock", "Task.sleep", ".random(", "SystemRandomNumberGenerator", ".shuffled()", "getenv(", "print(",
        "(contentsOf: URL", "(contentsOfFile", "UUID()", "Thread", "Task {", "Task.detached", "withTaskGroup", "concurrentPerform",
    ]

    static func faults(of path: String, _ text: String) -> [String] {
        let lines = SwiftText.lines(text)
        let code = SwiftText.lines(text, keeping: .code)
        var faults: [String] = []
        let most = path.hasPrefix("Sources/App/zancada/") ? mostLinesOfMain : mostLines
        if lines.count > most { faults.append("\(path): \(lines.count) lines, more than \(most)") }
        if forbiddenEndings.contains(where: { path.hasSuffix("\($0).swift") }) {
            faults.append("\(path): the name says nothing")
        }
        for (number, line) in zip(1..., code) {
            let words = Set(SwiftText.words(line))
            if SwiftText.contains(line, "try" + "!") { faults.append("\(path):\(number): try without catching") }
            if words.contains("@testable") { faults.append("\(path):\(number): @testable; use package access") }
            if let name = declaredType(line), forbiddenEndings.contains(where: name.hasSuffix) {
                faults.append("\(path):\(number): \(name) is a name that says nothing")
            }
        }
        for (number, comment) in zip(1..., SwiftText.lines(text, keeping: .comments)) where isLeftover(comment) {
            faults.append("\(path):\(number): a comment that marks unfinished work or a section")
        }
        if path.hasPrefix("Sources/Kernel/") || path.hasPrefix("Sources/Libraries/") {
            faults += undocumented(path, lines, code)
        }
        if path.hasPrefix("Sources/Libraries/") {
            for (number, line) in zip(1..., code) {
                // Chance that is given is no chance of the library's own.
                for word in impure where SwiftText.contains(line, word) && !(word == ".random(" && SwiftText.contains(line, "using: &")) {
                    faults.append("\(path):\(number): \(word) in a library, which is pure")
                }
            }
        }
        return faults
    }

    /// `package` and public types and functions that no `///` stands above. A function of three statements or fewer
    /// says what it does itself; its type says what it is for.
    private static func undocumented(_ path: String, _ lines: [String], _ code: [String]) -> [String] {
        var faults: [String] = []
        for (index, line) in code.enumerated() {
            let words = SwiftText.words(line)
            guard let first = words.first, first == "package" || first == "public",
                let kind = words.first(where: documentedKinds.contains), !isOwedToAProtocol(line)
            else { continue }
            if kind == "func", length(of: index, in: code) <= mostLinesUndocumented { continue }
            var above = index - 1
            while above >= 0, isAttribute(lines[above]) { above -= 1 }
            if above < 0 || !trimmed(lines[above]).hasPrefix("///") {
                faults.append("\(path):\(index + 1): \(kind) without ///")
            }
        }
        return faults
    }

    private static let documentedKinds: Set = [
        "struct", "enum", "class", "actor", "protocol", "typealias", "func", "subscript",
    ]

    /// The declaration, three statements, the closing brace.
    private static let mostLinesUndocumented = 5

    private static func length(of start: Int, in code: [String]) -> Int {
        let indentation = code[start].prefix(while: { $0 == " " })
        let end = code[start...].firstIndex { $0.hasPrefix("\(indentation)}") } ?? start
        return code[start].hasSuffix("}") ? 1 : end - start + 1
    }

    /// What a protocol of the standard library asks for is documented there.
    private static func isOwedToAProtocol(_ line: String) -> Bool {
        [
            "func ==", "func <", "func hash(into", "func encode(to", "func callAsFunction", "func next()",
            "func makeIterator()",
        ].contains { SwiftText.contains(line, $0) }
    }

    private static func isAttribute(_ line: String) -> Bool { trimmed(line).hasPrefix("@") }

    private static func trimmed(_ line: String) -> Substring { line.drop(while: { $0 == " " || $0 == "\t" }) }

    private static func declaredType(_ line: String) -> String? {
        let words = SwiftText.words(line)
        let kinds: Set = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        guard let kind = words.firstIndex(where: kinds.contains), kind + 1 < words.count else { return nil }
        return String(words[kind + 1].prefix(while: { $0.isLetter || $0.isNumber || $0 == "_" }))
    }

    private static func isLeftover(_ comment: String) -> Bool {
        let words = comment.split(whereSeparator: { !$0.isLetter })
        return words.contains { ["TO" + "DO", "FIX" + "ME", "HA" + "CK"].contains($0) } || SwiftText.contains(comment, "MA" + "RK:")
    }
}
