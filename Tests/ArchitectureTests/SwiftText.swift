/// Just enough of Swift's grammar to read its files by line: where code ends and comments or strings begin.
enum SwiftText {
    enum Part { case code, comments }

    /// The text with all but one part of it blanked, line by line as long as before.
    static func lines(_ text: String, keeping part: Part) -> [String] {
        var kept: [UInt8] = []
        let bytes = Array(text.utf8)
        kept.reserveCapacity(bytes.count)
        var at = 0
        func starts(_ word: StaticString) -> Bool {
            let count = word.utf8CodeUnitCount
            guard at + count <= bytes.count else { return false }
            return (0..<count).allSatisfy { bytes[at + $0] == word.utf8Start[$0] }
        }
        func take(_ count: Int, if isKept: Bool) {
            for _ in 0..<count where at < bytes.count {
                kept.append(isKept || bytes[at] == newline ? bytes[at] : space)
                at += 1
            }
        }
        func skipString(endingWith end: StaticString, withinLine: Bool) {
            take(end.utf8CodeUnitCount, if: false)
            while at < bytes.count, !starts(end) {
                if withinLine, bytes[at] == newline { return }
                take(bytes[at] == backslash ? 2 : 1, if: false)
            }
            take(end.utf8CodeUnitCount, if: false)
        }
        while at < bytes.count {
            if starts("//") {
                while at < bytes.count, bytes[at] != newline { take(1, if: part == .comments) }
            } else if starts("/*") {
                while at < bytes.count, !starts("*/") { take(1, if: part == .comments) }
                take(2, if: part == .comments)
            } else if starts("\"\"\"") {
                skipString(endingWith: "\"\"\"", withinLine: false)
            } else if starts("\"") {
                skipString(endingWith: "\"", withinLine: true)
            } else {
                take(1, if: part == .code)
            }
        }
        return lines(String(decoding: kept, as: UTF8.self))
    }

    static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The modules a file imports.
    static func imports(_ text: String) -> Set<String> {
        var modules: Set<String> = []
        for line in lines(text, keeping: .code) {
            let words = words(line)
            guard let keyword = words.firstIndex(of: "import"), words[..<keyword].allSatisfy(mayPrecedeImport) else {
                continue
            }
            let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            if let path = words[(keyword + 1)...].first(where: { !kinds.contains($0) }),
                let module = path.split(separator: ".").first
            {
                modules.insert(String(module))
            }
        }
        return modules
    }

    /// By bytes: comparing characters costs a hundred times as much, over every line of the project.
    static func contains(_ line: String, _ word: String) -> Bool {
        line.utf8.withContiguousStorageIfAvailable { line in
            word.utf8.withContiguousStorageIfAvailable { word in
                line.count >= word.count
                    && (0...(line.count - word.count)).contains { start in
                        line[start] == word[0] && line[start..<(start + word.count)].elementsEqual(word)
                    }
            }
        } == true
    }

    static func words(_ line: String) -> [String] {
        line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    }

    private static func mayPrecedeImport(_ word: String) -> Bool {
        word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }

    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let backslash = UInt8(ascii: "\\")
}
