import Base

/// Work that is asked for by the clock.
///
/// ```swift
/// Schedule("exercise_library.digest", Text(…), .daily(hour: 3, minute: 30), missed: .once) { moment in
///     try Self.digest.request(Digest(day: moment), in: nil, world)
/// }
/// ```
package struct Schedule: Sendable {
    /// Begins with the feature's name and a dot.
    package let name: String
    package let title: Text
    package let rhythm: ScheduleRhythm
    package let zone: ScheduleZone
    package let missed: ScheduleMissed
    /// The job for a moment at which it was due. One is written down for each moment, whichever scheduler is faster.
    package let request: @Sendable (Instant) throws -> JobRequest

    package init(
        _ name: String, _ title: Text, _ rhythm: ScheduleRhythm, zone: ScheduleZone = .installation, missed: ScheduleMissed = .once,
        request: @escaping @Sendable (Instant) throws -> JobRequest
    ) {
        self.name = name
        self.title = title
        self.rhythm = rhythm
        self.zone = zone
        self.missed = missed
        self.request = request
    }
}

/// How often.
package enum ScheduleRhythm: Sendable, Hashable {
    /// Each so long, counted from the schedule's first moment; at least a second.
    case every(Duration)
    /// Once an hour, in this minute.
    case hourly(minute: Int)
    /// Once a day at this time of the zone's clocks. Where clocks are put forward over it, at the moment they are; where they are put
    /// back over it, at the first of the two.
    case daily(hour: Int, minute: Int)
    /// Once a week; `weekday` 1 is Monday (ISO 8601).
    case weekly(weekday: Int, hour: Int, minute: Int)
    /// Once a month; a month that has no such day has it on its last.
    case monthly(day: Int, hour: Int, minute: Int)
}

/// Whose clocks.
package enum ScheduleZone: Sendable, Hashable {
    /// The one that the operator set (`schedules.zone`).
    case installation
    /// A name of the time zone database, `America/Bogota`.
    case named(String)
}

/// What becomes of moments at which nobody was there.
package enum ScheduleMissed: Sendable, Hashable {
    /// One run makes up for all that were missed.
    case once
    /// They are passed over.
    case skip
}
