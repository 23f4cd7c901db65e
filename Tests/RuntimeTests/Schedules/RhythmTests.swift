import Base
import Runtime
import Testing

/// When rhythms are due. The moments were found by going through the days minute by minute with Python's zoneinfo; those on the days
/// of change follow from the sentences of `ScheduleRhythm`.
@Suite("rhythms")
struct RhythmTests {
    struct Case: Sendable, CustomStringConvertible {
        let zone: String
        let rhythm: ScheduleRhythm
        let after: String
        let moments: [String]

        init(_ zone: String, _ rhythm: ScheduleRhythm, after: String, _ moments: [String]) {
            (self.zone, self.rhythm, self.after, self.moments) = (zone, rhythm, after, moments)
        }

        var description: String { "\(zone) \(rhythm) \(after)" }
    }

    static let cases = [
        // Clocks go from 2:00 to 3:00 at 01:00Z on 29 March, and from 3:00 to 2:00 at 01:00Z on 25 October.
        Case(
            "Europe/Madrid", .daily(hour: 2, minute: 30), after: "2026-03-27T00:00",
            ["2026-03-27T01:30", "2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]),
        Case(
            "Europe/Madrid", .daily(hour: 3, minute: 0), after: "2026-03-28T00:00",
            ["2026-03-28T02:00", "2026-03-29T01:00", "2026-03-30T01:00"]),
        Case(
            "Europe/Madrid", .daily(hour: 2, minute: 30), after: "2026-10-24T00:00",
            ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]),
        Case(
            "Europe/Madrid", .daily(hour: 23, minute: 30), after: "2026-10-24T00:00",
            ["2026-10-24T21:30", "2026-10-25T22:30", "2026-10-26T22:30"]),
        Case(
            "Europe/Madrid", .hourly(minute: 15), after: "2026-10-24T22:00",
            ["2026-10-24T22:15", "2026-10-24T23:15", "2026-10-25T00:15", "2026-10-25T01:15", "2026-10-25T02:15"]),
        Case(
            "Europe/Madrid", .weekly(weekday: 7, hour: 2, minute: 30), after: "2026-03-20T00:00",
            ["2026-03-22T01:30", "2026-03-29T01:00", "2026-04-05T00:30"]),
        // From 24:00 on 4 April to 23:00, at 03:00Z; from 24:00 on 5 September to 1:00, at 04:00Z.
        Case(
            "America/Santiago", .daily(hour: 23, minute: 30), after: "2026-04-03T12:00",
            ["2026-04-04T02:30", "2026-04-05T02:30", "2026-04-06T03:30"]),
        Case(
            "America/Santiago", .daily(hour: 0, minute: 30), after: "2026-09-05T00:00",
            ["2026-09-05T04:30", "2026-09-06T04:00", "2026-09-07T03:30"]),
        Case(
            "America/Santiago", .daily(hour: 0, minute: 0), after: "2026-09-05T00:00",
            ["2026-09-05T04:00", "2026-09-06T04:00", "2026-09-07T03:00"]),
        Case(
            "America/Bogota", .daily(hour: 2, minute: 30), after: "2026-03-28T00:00",
            ["2026-03-28T07:30", "2026-03-29T07:30", "2026-03-30T07:30"]),
        // Half an hour of change.
        Case(
            "Australia/Lord_Howe", .hourly(minute: 15), after: "2026-04-04T13:00",
            ["2026-04-04T13:15", "2026-04-04T14:15", "2026-04-04T15:45", "2026-04-04T16:45"]),
        Case("Asia/Kolkata", .hourly(minute: 15), after: "2026-01-01T00:00", ["2026-01-01T00:45", "2026-01-01T01:45"]),
        // A day that there was not: 30 December 2011.
        Case(
            "Pacific/Apia", .daily(hour: 12, minute: 0), after: "2011-12-29T00:00",
            ["2011-12-29T22:00", "2011-12-30T10:00", "2011-12-30T22:00"]),
        Case(
            "UTC", .monthly(day: 31, hour: 1, minute: 5), after: "2027-12-31T02:00",
            ["2028-01-31T01:05", "2028-02-29T01:05", "2028-03-31T01:05", "2028-04-30T01:05"]),
        Case("UTC", .monthly(day: 29, hour: 1, minute: 5), after: "2027-02-01T00:00", ["2027-02-28T01:05", "2027-03-29T01:05"]),
        Case("UTC", .weekly(weekday: 1, hour: 0, minute: 0), after: "2026-01-01T00:00", ["2026-01-05T00:00", "2026-01-12T00:00"]),
        Case("UTC", .daily(hour: 3, minute: 30), after: "2026-01-01T03:30", ["2026-01-02T03:30"]),
        Case("UTC", .every(.seconds(90)), after: "2026-01-01T00:00", ["2026-01-01T00:01:30", "2026-01-01T00:03:00"]),
    ]

    @Test("moments are those of the zone's clocks", arguments: cases)
    func moments(_ each: Case) throws {
        func instant(_ text: String) throws -> Instant { try #require(Instant(text.count == 16 ? text + ":00Z" : text + "Z")) }
        let found = try each.rhythm.moments(each.moments.count, after: instant(each.after), zone: each.zone)
        #expect(try found == each.moments.map(instant))
    }

    @Test(
        "each day of ten years has one moment, and each is later than the one before",
        arguments: [
            "Europe/Madrid", "America/Santiago", "America/Bogota", "Africa/Casablanca", "Australia/Lord_Howe",
        ])
    func years(_ zone: String) throws {
        let start = try #require(Instant("2021-01-01T00:00:00Z"))
        for time in [(0, 0), (0, 30), (2, 30), (23, 45)] {
            let moments = try ScheduleRhythm.daily(hour: time.0, minute: time.1).moments(3_653, after: start, zone: zone)
            for (one, next) in zip(moments, moments.dropFirst()) {
                #expect((Duration.seconds(22 * 3_600)...Duration.seconds(26 * 3_600)).contains(one.duration(to: next)))
            }
            let span = moments[0].duration(to: moments[3_652])
            #expect((Duration.seconds(3_652 * 86_400 - 7_200)...Duration.seconds(3_652 * 86_400 + 7_200)).contains(span))
        }
    }

    @Test("a zone that does not exist is refused by name")
    func unknownZone() {
        #expect(throws: Failure.self) { try ScheduleRhythm.hourly(minute: 0).moments(1, after: .epoch, zone: "Europe/Madird") }
    }
}
