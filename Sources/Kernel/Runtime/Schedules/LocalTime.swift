import Base
import Foundation

/// The clocks of a time zone: when they show a certain time.
///
/// A zone is a row of stretches in which its clocks are so many seconds ahead of Greenwich; between two of them clocks are put forward or
/// back. Times of a clock are counted as seconds since 1970-01-01T00:00 by that clock.
struct LocalTime: Sendable {
    private let zone: TimeZone

    /// Throws `Failure(.invalid)` for a name that the time zone database does not have.
    init(_ name: String) throws(Failure) {
        guard let zone = TimeZone(identifier: name) else {
            // A name may hold anything that was typed.
            let shown = name.utf8.count <= 64 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? name : "…"
            throw Failure(
                .invalid, "unknown_time_zone",
                Text(
                    es: "No existe la zona horaria \(shown): escriba una como America/Bogota o Europe/Madrid.",
                    en: "There is no time zone \(shown): write one such as America/Bogota or Europe/Madrid."))
        }
        self.zone = zone
    }

    /// One stretch: from its begin to before its end, in seconds since 1970.
    struct Stretch: Hashable {
        let begin: Int64
        let end: Int64
        let ahead: Int64
    }

    /// The stretch that a moment lies in, and those after it until `end`.
    func stretches(from begin: Int64, to end: Int64) -> [Stretch] {
        var stretches: [Stretch] = []
        var start = begin
        // Zones have a handful of changes a year.
        while start < end, stretches.count < 100 {
            let next = change(after: start, before: end)
            stretches.append(Stretch(begin: start, end: next ?? end, ahead: ahead(at: start)))
            guard let next else { break }
            start = next
        }
        return stretches
    }

    /// The moment at which the clocks show this time: where they show it twice the first, where they pass over it the moment at which
    /// they are put forward.
    func moment(showing clock: Int64) -> Int64 {
        let around = stretches(from: clock - Self.mostAhead, to: clock + Self.mostAhead)
        for stretch in around {
            let moment = clock - stretch.ahead
            if stretch.begin <= moment, moment < stretch.end { return moment }
        }
        let passedOver = zip(around, around.dropFirst()).first { before, after in
            before.end + before.ahead <= clock && clock < after.begin + after.ahead
        }
        return passedOver?.1.begin ?? clock - ahead(at: clock)
    }

    /// What the clocks show at a moment.
    func clock(at moment: Int64) -> Int64 { moment + ahead(at: moment) }

    /// No zone is further from Greenwich, with a day to spare for one that changes its date.
    private static let mostAhead: Int64 = 40 * 3_600

    private func ahead(at moment: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
    }

    private func change(after moment: Int64, before end: Int64) -> Int64? {
        guard let next = zone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: Double(moment))) else { return nil }
        let second = Int64(next.timeIntervalSince1970.rounded())
        return second > moment && second < end ? second : nil
    }
}
