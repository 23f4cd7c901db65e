import Base
import Testing

@Suite("Pages and cursors")
struct PageTests {
    @Test("one row too many tells that there is a next page")
    func next() throws {
        let request = try PageRequest(limit: 3)
        #expect(request.rowsToFetch == 4)
        let full = Page(fetched: [1, 2, 3, 4], for: request) { Cursor([UInt8($0)]) }
        #expect(full == Page(items: [1, 2, 3], next: Cursor([3])))
        let last = Page(fetched: [1, 2, 3], for: request) { Cursor([UInt8($0)]) }
        #expect(last.next == nil)
        #expect(full.map { "\($0)" } == Page(items: ["1", "2", "3"], next: Cursor([3])))
        #expect(try PageRequest().limit == 50)
    }

    @Test("a limit out of 1 … 200 is refused", arguments: [0, 201, -1, .max, .min])
    func limit(_ limit: Int) {
        #expect(throws: Failure.self) { try PageRequest(limit: limit) }
    }

    @Test("a cursor comes back from its text, whatever its bytes")
    func roundTrip() throws {
        let random = FixedWorld(seed: 11).world.random
        for count in 0...Cursor.mostBytes {
            let cursor = Cursor(random.bytes(count))
            #expect(try Cursor(text: cursor.text) == cursor)
        }
        #expect(Cursor(Array("fooba".utf8)).text == "Zm9vYmE")
        #expect(Cursor([0xFB, 0xFF]).text == "-_8")
    }

    @Test(
        "nonsense is refused: another alphabet, padding, left-over bits, white space, too long",
        arguments: [
            "Zm9vYmE=", "Zm9vYm+", "Zm9v/A", "Z", "Zm9vY", "Zm9vYmF", "Zh", "Zm9v YmE", "Zm9vYmE\n", "ñ", "\u{0}",
            String(repeating: "A", count: 513), String(repeating: "A", count: 100_000),
        ])
    func nonsense(_ text: String) {
        #expect { try Cursor(text: text) } throws: { error in (error as? Failure)?.kind == .invalid }
    }
}
