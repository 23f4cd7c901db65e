/// The RFC 3339 text of an instant, without Foundation, whose formatters cost microseconds.
enum InstantText {
    static func string(_ instant: Instant) -> String {
        String(unsafeUninitializedCapacity: 27) { buffer in
            let (days, time) = floorDivision(instant.microseconds, 86_400_000_000)
            let date = civilDate(daysSince1970: days)
            let seconds = time / 1_000_000
            write(date.year, digits: 4, to: buffer, at: 0, before: "-")
            write(date.month, digits: 2, to: buffer, at: 5, before: "-")
            write(date.day, digits: 2, to: buffer, at: 8, before: "T")
            write(seconds / 3_600, digits: 2, to: buffer, at: 11, before: ":")
            write(seconds / 60 % 60, digits: 2, to: buffer, at: 14, before: ":")
            write(seconds % 60, digits: 2, to: buffer, at: 17, before: ".")
            write(time % 1_000_000, digits: 6, to: buffer, at: 20, before: "Z")
            return 27
        }
    }

    static func read(_ text: UnsafeRawBufferPointer) -> Instant? {
        // "0001-01-01T00:00:00Z" is the shortest; nine decimals and an offset make the longest.
        guard (20...35).contains(text.count), text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] | 0x20 == UInt8(ascii: "t"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
            let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
            (1...12).contains(month), day >= 1, day <= daysOf(month, year), hour < 24, minute < 60, second < 60
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if text[at] == UInt8(ascii: ".") {
            at += 1
            let start = at
            while at < text.count, text[at] &- UInt8(ascii: "0") < 10 {
                if at - start < 6 { fraction = fraction * 10 + Int64(text[at] - UInt8(ascii: "0")) }
                at += 1
            }
            guard (1...9).contains(at - start) else { return nil }
            for _ in min(at - start, 6)..<6 { fraction *= 10 }
        }
        guard let offset = offsetSeconds(text, at) else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let microseconds = seconds * 1_000_000 + fraction
        let instant = Instant(microseconds: microseconds)
        return instant.microseconds == microseconds ? instant : nil
    }

    /// East of Greenwich positive; nil unless `Z` or ±hh:mm stands from `start` to the end.
    private static func offsetSeconds(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int64? {
        if text.count == start + 1, text[start] | 0x20 == UInt8(ascii: "z") { return 0 }
        guard text.count == start + 6, text[start + 3] == UInt8(ascii: ":"),
            let hours = number(text, start + 1..<start + 3), let minutes = number(text, start + 4..<start + 6),
            hours < 24, minutes < 60
        else { return nil }
        switch text[start] {
        case UInt8(ascii: "+"): return hours * 3_600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3_600 + minutes * 60)
        default: return nil
        }
    }

    private static func number(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int64? {
        var value: Int64 = 0
        for at in range {
            let digit = text[at] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    private static func write(
        _ value: Int64, digits: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int, before mark: Unicode.Scalar
    ) {
        var rest = UInt32(truncatingIfNeeded: value)
        for at in stride(from: start + digits - 1, through: start, by: -1) {
            buffer[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        buffer[start + digits] = UInt8(ascii: mark)
    }
}

/// The proleptic Gregorian calendar. A year is taken from March to February, so that a leap day is its last, and 400 years
/// (146,097 days) as the period in which leap years repeat.
extension InstantText {
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let yearFromMarch = month > 2 ? year : year - 1
        let (period, yearOfPeriod) = floorDivision(yearFromMarch, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        // 719,468 days lie between 0000-03-01 and 1970-01-01.
        return period * 146_097 + yearOfPeriod * 365 + yearOfPeriod / 4 - yearOfPeriod / 100 + dayOfYear - 719_468
    }

    private static func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (period, dayOfPeriod) = floorDivision(days + 719_468, 146_097)
        let yearOfPeriod = (dayOfPeriod - dayOfPeriod / 1_460 + dayOfPeriod / 36_524 - dayOfPeriod / 146_096) / 365
        let dayOfYear = dayOfPeriod - (365 * yearOfPeriod + yearOfPeriod / 4 - yearOfPeriod / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            period * 400 + yearOfPeriod + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    private static func daysOf(_ month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    private static func floorDivision(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
