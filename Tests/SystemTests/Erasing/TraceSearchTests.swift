import Foundation
import Testing

/// What finds nothing must be able to find.
@Suite("the search for traces")
struct TraceSearchTests {
    private static let text = "qwmzkvhtrbyxñplodjcneufgias"
    private static let key = (0..<32).map { UInt8(truncatingIfNeeded: $0 * $0 * 167 + $0 * 91 + 53) }
    private static let search = TraceSearch(texts: ["text": text], keys: ["key": key])

    @Test("a piece of eight bytes is found in every form, wherever it stands; seven are not enough")
    func forms() {
        let piece = Array("zkvhtrby".utf8)
        let around = (Data(repeating: 0x20, count: 5), Data(repeating: 0x20, count: 100))
        func found(_ bytes: some Sequence<UInt8>) -> Set<String> { Self.search.traces(in: around.0 + Data(bytes) + around.1) }
        #expect(found(piece) == ["text"])
        #expect(found(piece.dropLast()) == [])
        #expect(found(piece.flatMap { [$0, 0] }) == ["text, UTF-16"])
        #expect(found(piece.flatMap { [0, $0] }) == ["text, UTF-16"])
        #expect(found(piece.flatMap { Array(String(format: "%02x", $0).utf8) }) == ["text, hexadecimal"])
        for before in ["", "a", "ab"] {
            let whole = Data(before.utf8) + Data(Self.text.utf8)
            #expect(found(whole.base64EncodedData()) == ["text, base64"], "after \(before.count) other bytes")
        }
        #expect(found(Self.key[5..<13]) == ["key"])
        #expect(found(Self.key.map { String(format: "%02X", $0) }.joined().utf8) == ["key, hexadecimal"])
        #expect(found(String(repeating: "The rest of the world. ", count: 1_000).utf8) == [])
    }

    @Test("what a program was given is found in its memory, and nothing else is")
    func memory() throws {
        let program = try StalledProgram(["version"], environment: ["GIVEN": Self.text], isMute: true)
        try program.halt()
        let found = try Self.search.traces(inMemoryOf: program.pid)
        #expect(found == ["text"])
        #expect(try program.finish().output.hasPrefix("zancada "))
    }
}
