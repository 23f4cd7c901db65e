import Base
import Foundation
import Testing

@Suite("Instants")
struct InstantTests {
    @Test(
        "write RFC 3339 in UTC with six decimals",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (1_795_270_997_123_456, "2026-11-21T14:23:17.123456Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"), (.min, "0001-01-01T00:00:00.000000Z"),
            (.max, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func writing(_ microseconds: Int64, _ text: String) {
        let instant = Instant(microseconds: microseconds)
        #expect(instant.description == text)
        #expect(Instant(text) == instant)
    }

    @Test("agree with Foundation's calendar on every day of the years around each turn")
    func calendar() throws {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        var seconds: [Int64] = []
        for year in [1600, 1700, 1900, 1970, 2000, 2024, 2100, 2400, 9997] {
            let start = try #require(Instant("\(year)-01-01T00:00:00Z")).microseconds / 1_000_000
            seconds += (0..<800).map { start + $0 * 86_400 + $0 * 61 }
        }
        for second in seconds {
            let ours = Instant(microseconds: second * 1_000_000).description
            let theirs = style.format(Date(timeIntervalSince1970: Double(second)))
            #expect(ours == theirs.replacing("Z", with: ".000000Z"))
        }
    }

    @Test("come back from their text whatever they are")
    func roundTrip() {
        var random = FixedWorld(seed: 4).world.random
        for _ in 0..<5_000 {
            let instant = Instant(
                microseconds: .random(in: Instant.earliest.microseconds...Instant.latest.microseconds, using: &random))
            #expect(Instant(instant.description) == instant)
        }
    }

    @Test(
        "read offsets, lower case and other counts of decimals",
        arguments: [
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520000Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000000Z"),
            ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z"),
            ("2026-11-21t14:23:17z", "2026-11-21T14:23:17.000000Z"),
            ("2026-11-21T14:23:17.123456999Z", "2026-11-21T14:23:17.123456Z"),
            ("2026-11-21T14:23:17-00:00", "2026-11-21T14:23:17.000000Z"),
            ("9999-12-31T23:59:59.9-00:00", "9999-12-31T23:59:59.900000Z"),
        ])
    func reading(_ text: String, _ expected: String) {
        #expect(Instant(text)?.description == expected)
    }

    @Test(
        "refuse everything else",
        arguments: [
            "", "2026-11-21", "2026-11-21T14:23:17", "2026-11-21 14:23:17Z", "2026-11-21T14:23Z", "2026-11-21T14:23:17.Z",
            "2026-11-21T14:23:17,5Z", "2026-11-21T14:23:17.1234567890Z", "2026-11-21T14:23:17+0500",
            "2026-11-21T14:23:17+05", "2026-11-21T14:23:17+24:00", "2026-11-21T14:23:17+05:60", "2026-11-21T14:23:17ZZ",
            "2026-00-21T14:23:17Z", "2026-13-21T14:23:17Z", "2026-11-00T14:23:17Z", "2026-11-31T14:23:17Z",
            "2026-02-29T14:23:17Z", "2100-02-29T14:23:17Z", "2026-11-21T24:00:00Z", "2026-11-21T14:60:17Z",
            "2016-12-31T23:59:60Z", "2026-11-21T14:23:61Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01", "-001-01-01T00:00:00Z", "02026-11-21T14:23:17Z", "2026-1-21T14:23:17.0Z",
            "2026-11-21T14:23:17.123456\u{0}Z", "２026-11-21T14:23:17Z", " 2026-11-21T14:23:17Z", "2026-11-21T+4:23:17Z",
        ])
    func refusing(_ text: String) {
        #expect(Instant(text) == nil)
    }

    @Test("add and subtract durations, and stay within their years")
    func arithmetic() throws {
        let instant = try #require(Instant("2026-11-21T14:23:17.123456Z"))
        #expect((instant + .seconds(3_600)).description == "2026-11-21T15:23:17.123456Z")
        #expect((instant - .microseconds(123_457)).description == "2026-11-21T14:23:16.999999Z")
        #expect(instant + .nanoseconds(999) == instant)
        #expect(instant - .epoch == .microseconds(instant.microseconds))
        #expect(Instant.epoch - instant == .microseconds(-instant.microseconds))
        #expect(Instant.latest + .seconds(Int64.max) == .latest)
        #expect(Instant.earliest - .seconds(Int64.max) == .earliest)
        #expect(Instant.latest + .microseconds(1) == .latest)
        #expect(Instant(milliseconds: .max) == .latest)
        #expect(Instant(milliseconds: .min) == .earliest)
        #expect(Instant(milliseconds: 1) == Instant(microseconds: 1_000))
        var moving = instant
        moving += .seconds(1)
        moving -= .seconds(2)
        #expect(moving < instant)
    }

    @Test("are RFC 3339 in JSON")
    func json() throws {
        let text = "\"2026-11-21T14:23:17.123456Z\""
        let instant = try JSONDecoder().decode(Instant.self, from: Data(text.utf8))
        #expect(String(decoding: try JSONEncoder().encode(instant), as: UTF8.self) == text)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Instant.self, from: Data("\"today\"".utf8)) }
    }
}
