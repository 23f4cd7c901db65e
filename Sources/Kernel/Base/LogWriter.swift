/// Puts an event into one line of at most 4,096 bytes, which a pipe takes whole (POSIX, PIPE_BUF).
struct LogWriter: Sendable {
    static let mostBytes = 4_096
    static let mostBytesOfText = 512

    let sink: LogSink
    let now: @Sendable () -> Instant

    func write(
        _ level: LogLevel, correlation: String?, source: String?, event: (name: String, text: String),
        fields: some Sequence<(String, Loggable)>
    ) {
        var line: [UInt8] = []
        line.reserveCapacity(512)
        line.append(contentsOf: "{\"time\":\"".utf8)
        line.append(contentsOf: now().description.utf8)
        line.append(contentsOf: "\",\"level\":\"".utf8)
        line.append(contentsOf: level.rawValue.utf8)
        line.append(UInt8(ascii: "\""))
        if let correlation { line.appendMember("correlation", correlation) }
        if let source { line.appendMember("source", source) }
        line.appendMember(event.name, event.text)
        var isFirst = true
        for (name, value) in fields {
            let mark = line.count
            line.append(contentsOf: isFirst ? ",\"fields\":{\"".utf8 : ",\"".utf8)
            line.append(shown: name)
            line.append(contentsOf: "\":".utf8)
            line.append(value)
            // Room stays for the two braces, the line end and the note that something was left out.
            guard line.count <= Self.mostBytes - 16 else {
                line.removeSubrange(mark...)
                line.append(contentsOf: isFirst ? ",\"cut\":true".utf8 : "},\"cut\":true".utf8)
                isFirst = true
                break
            }
            isFirst = false
        }
        line.append(contentsOf: isFirst ? "}\n".utf8 : "}}\n".utf8)
        line.withUnsafeBytes { sink.write($0) }
    }
}

extension [UInt8] {
    fileprivate mutating func appendMember(_ name: String, _ text: String) {
        append(contentsOf: ",\"\(name)\":\"".utf8)
        append(shown: text)
        append(UInt8(ascii: "\""))
    }

    fileprivate mutating func append(_ value: Loggable) {
        switch value.content {
        case .integer(let value): append(contentsOf: String(value).utf8)
        case .number(let value): append(contentsOf: value.isFinite ? value.description.utf8 : "null".utf8)
        case .flag(let value): append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .own(let text): quote(text)
        case .shown(let text): quote(LogMask.masked(text))
        case .hidden: quote(LogMask.hidden)
        }
    }

    private mutating func quote(_ text: String) {
        append(UInt8(ascii: "\""))
        append(shown: text)
        append(UInt8(ascii: "\""))
    }

    /// As the inside of a JSON string, cut after 512 bytes. What a terminal or a viewer could take for a command (control
    /// characters of both sets, line separators, marks that turn the direction of writing) is written as its number.
    fileprivate mutating func append(shown text: String) {
        let start = count
        for scalar in text.unicodeScalars {
            guard count - start < LogWriter.mostBytesOfText else {
                append(contentsOf: "…".utf8)
                return
            }
            switch scalar.value {
            case 0x22, 0x5C:
                append(UInt8(ascii: "\\"))
                append(UInt8(scalar.value))
            case 0x20..<0x7F: append(UInt8(scalar.value))
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
                let digits = String(scalar.value, radix: 16)
                append(contentsOf: "\\u".utf8)
                append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
                append(contentsOf: digits.utf8)
            default: append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
            }
        }
    }
}
