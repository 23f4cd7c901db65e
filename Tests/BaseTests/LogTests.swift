import Base
import Foundation
import Glibc
import Logging
import Synchronization
import Testing

private enum Job {}

/// Keeps what was written.
private final class Lines: Sendable {
    private let kept = Mutex<[[UInt8]]>([])
    var sink: LogSink { LogSink { line in self.kept.withLock { $0.append(Array(line)) } } }
    var bytes: [[UInt8]] { kept.withLock { $0 } }
    var text: String { String(decoding: bytes.joined(), as: UTF8.self) }
}

/// Plain loops: the standard library's search is slow on long lines.
private func isFree(_ line: [UInt8], of word: [UInt8]) -> Bool {
    guard line.count >= word.count else { return true }
    return !(0...line.count - word.count).contains { start in
        line[start] == word[0] && line[start..<start + word.count].elementsEqual(word)
    }
}

@Suite("The log")
struct LogTests {
    private let fixed = FixedWorld(seed: 20)
    private let lines = Lines()
    private var log: Log { Log(to: lines.sink, from: .info, now: fixed.world.now) }

    @Test("writes one line of JSON an event, in the order of its fields")
    func line() {
        let id = fixed.world.id(of: Job.self)
        log.correlated(id).info(
            "migrated", ["version": 12, "took": .duration(.milliseconds(1_500)), "fast": true, "engine": "sqlite", "job": .id(id)])
        log.debug("not shown")
        #expect(
            lines.text == """
                {"time":"2026-01-01T00:00:00.000000Z","level":"info","correlation":"\(id)","event":"migrated",\
                "fields":{"version":12,"took":1.5,"fast":true,"engine":"sqlite","job":"\(id)"}}

                """)
    }

    @Test("shows no text that nobody marked as public, and no message of an error")
    func redaction() {
        let failure = Failure(.invalid, "name_empty", Text(es: "Ana", en: "Ana"))
        log.error("refused", ["name": .private("Ana García"), "why": .failure(failure), "error": .error(CancellationError())])
        #expect(!lines.text.contains("Ana"))
        #expect(lines.text.contains("\"name\":\"‹redacted›\",\"why\":\"name_empty\",\"error\":\"Swift.CancellationError\""))
    }

    @Test("random secrets never come out, wherever they are put", arguments: 0..<100)
    func secrets(_ seed: Int) {
        let world = FixedWorld(seed: UInt64(seed)).world
        var random = world.random
        let alphabet = Array("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.!$%:/@=")
        let word =
            "x" + String((0..<Int.random(in: 6...40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "x" }) + "Q"
        let texts = [
            "postgres://zancada:\(word)@db.example.org:5432/z", "cannot reach redis://:\(word)@cache, trying again",
            "Authorization: Bearer \(word)", "authorization:bearer \(word)", "sent Basic \(word) to the proxy",
            "host=db password=\(word) user=z", "host=db password='\(word) \(word)' user=z", "{\"password\": \"\(word)\"}",
            "/callback?state=1&access_token=\(word)", "PGPASSWORD=\(word)", "the token is: \(word)", "api_key = \(word)",
            "eyJ\(word).\(word)", "Set-Cookie: \(word)", String(repeating: "a ", count: 508) + "postgres://u:\(word)@h",
            "{\"token\":\"\(word)\",\"a\":1}", "contraseña: \(word)",
        ]
        for text in texts {
            log.info("said", ["text": .public(text)])
            log.info("kept", ["text": .private(text), "also": .private(word)])
            var logger = Logger(label: "library", factory: { log.handler(label: $0) })
            logger[metadataKey: "w"] = "\(word)"
            logger.warning("\(text)", metadata: ["a": "\(word)", "b": ["\(word)"], "c": ["k": "\(word)"], "d": .stringConvertible(word)])
        }
        #expect(lines.bytes.count == texts.count * 3)
        let leak = lines.bytes.first { !isFree($0, of: Array(word.utf8)) }
        #expect(leak == nil, "\(String(decoding: leak ?? [], as: UTF8.self))")
    }

    @Test("leaves harmless text alone")
    func harmless() {
        for text in [
            "db.example.org", "SQLite 3.40.1", "https://example.org/a?b=c", "user@example.org", "listening on 127.0.0.1:8080", "",
            "a  b\tc",
        ] {
            #expect(LogMask.masked(text) == text)
        }
        #expect(LogMask.masked("postgres://u:p@h/d?x=1") == "postgres://‹redacted›@h/d?x=1")
        #expect(LogMask.masked("host=db password=x user=z") == "host=db password=‹redacted› user=z")
    }

    @Test("a line stays one line, short, valid JSON, and without control characters, whatever is put in")
    func injection() throws {
        let hostile = [
            "a\n{\"level\":\"critical\"}", "\u{1B}[31mred", "\u{9B}31m", "a\u{2028}b\u{202E}c", "\u{0}\u{7F}\r\n", "\"\\",
            String(repeating: "\u{1}", count: 9_000), String(repeating: "é😀", count: 9_000),
        ]
        for text in hostile {
            let value = Loggable.public(text)
            log.info("x", ["a": value, "b": value, "c": value, "d": value, "e": value, "f": value, "g": value, "h": value, "i": value])
            Logger(label: text, factory: { log.handler(label: $0) }).error("\(text)", metadata: [text: "x"])
        }
        #expect(lines.bytes.count == 2 * hostile.count)
        for line in lines.bytes {
            #expect(line.count <= 4_096)
            #expect(line.last == UInt8(ascii: "\n"))
            let text = String(decoding: line.dropLast(), as: UTF8.self)
            #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x202E })
            let json = try JSON.parse(Array(line))
            #expect(json["level"]?.string != "critical")
        }
        #expect(lines.text.contains("\"cut\":true"))
    }

    @Test("a library's numbers are shown, with their source")
    func library() throws {
        let logger = Logger(label: "nio", factory: { log.handler(label: $0) })
        logger.notice("bound", metadata: ["port": .stringConvertible(8_080), "path": "/patients/7"])
        logger.debug("not shown")
        let json = try JSON.parse(Array(lines.text.utf8))
        #expect(json["source"]?.string == "nio")
        #expect(json["message"]?.string == "bound")
        #expect(json["fields"]?["port"]?.integer == 8_080)
        #expect(json["fields"]?["path"]?.string == "‹redacted›")
    }

    @Test("lines of many threads are never mixed, and a reader that stands still loses lines but holds nobody up")
    func descriptor() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let sink = LogSink.descriptor(ends[1])
        let log = Log(to: sink, now: fixed.world.now)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for count in 0..<300 { log.info("said", ["count": .count(count), "pad": "0123456789012345678901234567890123456789"]) }
                }
            }
        }
        var read = [UInt8](repeating: 0, count: 1 << 20)
        let first = Glibc.read(ends[0], &read, read.count)
        // The pipe of 64 KiB did not hold all; there is room again now, and the loss is told.
        log.info("after")
        let second = Glibc.read(ends[0], &read[first], read.count - first)
        close(ends[0])
        close(ends[1])
        let written = read[..<(first + second)].split(separator: UInt8(ascii: "\n"))
        let events = try written.map { try JSON.parse(Array($0))["event"]?.string }
        let said = events.filter { $0 == "said" }.count
        #expect(events.last == "after")
        let note = try #require(written.dropLast().last)
        #expect(try JSON.parse(Array(note))["fields"]?["count"]?.integer == 1_200 - said)
    }
}
