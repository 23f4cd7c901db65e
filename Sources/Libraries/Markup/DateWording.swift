import Base

/// Days and times as people read them. Whoever calls says how far the reader's clock is ahead of UTC: only pages know time zones.
extension Language {
    /// "22 de noviembre de 2026", "22 November 2026".
    package func date(_ instant: Instant, secondsFromUTC: Int = 0) -> String {
        let day = LocalDay(instant, secondsFromUTC)
        return callAsFunction(
            es: "\(day.day) de \(Self.months[day.month - 1].spanish) de \(day.year)",
            en: "\(day.day) \(Self.months[day.month - 1].english) \(day.year)")
    }

    /// "22 nov 2026", "22 Nov 2026": for tables.
    package func compactDay(_ instant: Instant, secondsFromUTC: Int = 0) -> String {
        let day = LocalDay(instant, secondsFromUTC)
        return "\(day.day)\u{A0}\(Self.months[day.month - 1](self).prefix(3))\u{A0}\(day.year)"
    }

    /// "domingo", "Sunday".
    package func weekday(_ instant: Instant, secondsFromUTC: Int = 0) -> String {
        // 1970-01-01 was a Thursday.
        let day = (instant + .seconds(secondsFromUTC)).microseconds.flooredDay
        return Self.weekdays[Int(((day + 3) % 7 + 7) % 7)](self)
    }

    /// "14:05", on the clock of 24 hours in both languages.
    package func time(_ instant: Instant, secondsFromUTC: Int = 0) -> String { LocalDay(instant, secondsFromUTC).time }

    /// "22 de noviembre de 2026, 14:05".
    package func moment(_ instant: Instant, secondsFromUTC: Int = 0) -> String {
        "\(date(instant, secondsFromUTC: secondsFromUTC)), \(time(instant, secondsFromUTC: secondsFromUTC))"
    }

    /// How long ago: "hace 3 minutos", "3 minutes ago"; "ahora mismo" below a minute and for what is yet to come.
    package func ago(_ instant: Instant, now: Instant) -> String {
        let seconds = (now - instant).components.seconds
        guard seconds >= 60 else { return callAsFunction(es: "ahora mismo", en: "just now") }
        let span = span(seconds: Int(seconds))
        return callAsFunction(es: "hace \(span)", en: "\(span) ago")
    }

    /// "3 minutos", "2 horas", "5 días": in the largest unit that it fills once.
    package func span(seconds: Int) -> String {
        let units: [(Int, Text, Text)] = [
            (86_400, Text(es: "día", en: "day"), Text(es: "días", en: "days")),
            (3_600, Text(es: "hora", en: "hour"), Text(es: "horas", en: "hours")),
            (60, Text(es: "minuto", en: "minute"), Text(es: "minutos", en: "minutes")),
        ]
        for (size, one, many) in units where seconds >= size { return counted(seconds / size, one: one, many: many) }
        return counted(max(seconds, 0), one: Text(es: "segundo", en: "second"), many: Text(es: "segundos", en: "seconds"))
    }

    private static let months = [
        Text(es: "enero", en: "January"), Text(es: "febrero", en: "February"), Text(es: "marzo", en: "March"),
        Text(es: "abril", en: "April"), Text(es: "mayo", en: "May"), Text(es: "junio", en: "June"), Text(es: "julio", en: "July"),
        Text(es: "agosto", en: "August"), Text(es: "septiembre", en: "September"), Text(es: "octubre", en: "October"),
        Text(es: "noviembre", en: "November"), Text(es: "diciembre", en: "December"),
    ]

    private static let weekdays = [
        Text(es: "lunes", en: "Monday"), Text(es: "martes", en: "Tuesday"), Text(es: "miércoles", en: "Wednesday"),
        Text(es: "jueves", en: "Thursday"), Text(es: "viernes", en: "Friday"), Text(es: "sábado", en: "Saturday"),
        Text(es: "domingo", en: "Sunday"),
    ]
}

/// A day and a time on a reader's clock, taken from the text of an instant that was moved by their distance from UTC.
private struct LocalDay {
    let year: Int
    let month: Int
    let day: Int
    let time: String

    init(_ instant: Instant, _ secondsFromUTC: Int) {
        let text = (instant + .seconds(secondsFromUTC)).description
        let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
        (year, month, day) = parts.count == 3 ? (parts[0], parts[1], parts[2]) : (1, 1, 1)
        time = String(text.dropFirst(11).prefix(5))
    }
}

extension Int64 {
    /// Whole days since 1970 of so many microseconds.
    fileprivate var flooredDay: Int64 {
        let (days, rest) = quotientAndRemainder(dividingBy: 86_400_000_000)
        return rest < 0 ? days - 1 : days
    }
}
