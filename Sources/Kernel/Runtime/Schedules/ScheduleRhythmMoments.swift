import Base

extension ScheduleRhythm {
    /// The first `count` moments after another by the clocks of a zone. Throws `Failure(.invalid)` for a zone that does not exist.
    package func moments(_ count: Int, after start: Instant, zone: String) throws(Failure) -> [Instant] {
        let time = try LocalTime(zone)
        var moments: [Instant] = []
        while moments.count < count {
            moments.append(moment(after: moments.last ?? start, anchor: moments.first, time))
        }
        return moments
    }

    /// The first moment of the rhythm after another. `anchor` is any moment of a rhythm that counts from its first, and is that itself
    /// where there is none yet.
    func moment(after other: Instant, anchor: Instant?, _ time: LocalTime) -> Instant {
        let seconds = floorDivision(other.microseconds, 1_000_000).quotient
        switch self {
        case .every(let duration):
            guard let anchor else { return other + duration }
            let step = duration.wholeMicroseconds
            let passed = floorDivision(other.microseconds - anchor.microseconds, step).quotient
            return Instant(microseconds: anchor.microseconds + (passed + 1) * step)
        case .hourly(let minute):
            // More than a day: nowhere do clocks stand still for so long.
            for stretch in time.stretches(from: seconds, to: seconds + 90_000) {
                let behind = floorDivision(stretch.begin + stretch.ahead - Int64(minute) * 60, 3_600).remainder
                var moment = stretch.begin + (behind == 0 ? 0 : 3_600 - behind)
                if moment <= seconds { moment += 3_600 }
                if moment < stretch.end { return Instant(microseconds: moment * 1_000_000) }
            }
            return other + .seconds(3_600)
        case .daily(let hour, let minute):
            return first(after: seconds, time, at: (hour, minute)) { _ in true }
        case .weekly(let weekday, let hour, let minute):
            // 1970-01-01 was a Thursday, the fourth day.
            return first(after: seconds, time, at: (hour, minute)) { day in floorDivision(day + 3, 7).remainder + 1 == weekday }
        case .monthly(let dayOfMonth, let hour, let minute):
            return first(after: seconds, time, at: (hour, minute)) { day in
                let date = CivilDay(daysSince1970: day)
                return date.day == dayOfMonth || (date.day < dayOfMonth && CivilDay(daysSince1970: day + 1).day == 1)
            }
        }
    }

    /// The first of the days that are asked for whose time is later. Days are those of the zone's calendar.
    private func first(
        after seconds: Int64, _ time: LocalTime, at clock: (hour: Int, minute: Int), on isAskedFor: (Int64) -> Bool
    ) -> Instant {
        // From the day before: where a day's time is passed over, its moment may lie on the next.
        let today = floorDivision(time.clock(at: seconds), 86_400).quotient
        for day in (today - 1)...(today + 70) where isAskedFor(day) {
            let moment = time.moment(showing: day * 86_400 + Int64(clock.hour) * 3_600 + Int64(clock.minute) * 60)
            if moment > seconds { return Instant(microseconds: moment * 1_000_000) }
        }
        return Instant(microseconds: (seconds + 86_400) * 1_000_000)
    }

    /// In words that change when the rhythm does.
    var fingerprint: String {
        switch self {
        case .every(let duration): "every \(DurationText.write(duration))"
        case .hourly(let minute): "hourly \(minute)"
        case .daily(let hour, let minute): "daily \(hour):\(minute)"
        case .weekly(let weekday, let hour, let minute): "weekly \(weekday) \(hour):\(minute)"
        case .monthly(let day, let hour, let minute): "monthly \(day) \(hour):\(minute)"
        }
    }

    /// Whether there is such a time.
    var isPossible: Bool {
        func isTime(_ hour: Int, _ minute: Int) -> Bool { (0...23).contains(hour) && (0...59).contains(minute) }
        return switch self {
        case .every(let duration): duration >= .seconds(1)
        case .hourly(let minute): (0...59).contains(minute)
        case .daily(let hour, let minute): isTime(hour, minute)
        case .weekly(let weekday, let hour, let minute): (1...7).contains(weekday) && isTime(hour, minute)
        case .monthly(let day, let hour, let minute): (1...31).contains(day) && isTime(hour, minute)
        }
    }
}

/// The day of the month of a day counted from 1970-01-01, in the Gregorian calendar.
private struct CivilDay {
    let day: Int

    /// Years are counted from March, so that the leap day is a year's last; 400 of them have 146,097 days.
    init(daysSince1970 days: Int64) {
        let dayOfEra = floorDivision(days + 719_468, 146_097).remainder
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

private func floorDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
