/// Durations as operators write them: a whole number and a unit, `30s`, `5min`, without white space.
package enum DurationText {
    private static let units: [(name: String, size: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1),
    ]

    /// nil for all else, and beyond 64 bits of microseconds.
    package static func read(_ text: String) -> Duration? {
        CountText.read(text, units).map { .microseconds($0) }
    }

    /// In the largest unit that leaves a whole number; below a microsecond nothing is written. Not for negative ones.
    package static func write(_ duration: Duration) -> String {
        CountText.write(duration.wholeMicroseconds, units, zero: "0s")
    }
}

/// Counts of bytes as operators write them: `512B`, `64KiB` (1024), `10MB` (1000²), without white space.
package enum ByteSizeText {
    private static let units: [(name: String, size: Int64)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20), ("MB", 1_000_000),
        ("KiB", 1 << 10), ("kB", 1_000), ("B", 1),
    ]

    /// nil for all else, and beyond 64 bits.
    package static func read(_ text: String) -> Int? {
        CountText.read(text, units).map { Int($0) }
    }

    /// In the largest unit that leaves a whole number. Not for negative ones.
    package static func write(_ bytes: Int) -> String {
        CountText.write(Int64(bytes), units, zero: "0B")
    }
}

private enum CountText {
    static func read(_ text: String, _ units: [(name: String, size: Int64)]) -> Int64? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...19).contains(digits.count), let count = Int64(String(Substring(digits))) else { return nil }
        let name = text.utf8[digits.endIndex...]
        guard let unit = units.first(where: { $0.name.utf8.elementsEqual(name) }) else { return nil }
        let (product, overflows) = count.multipliedReportingOverflow(by: unit.size)
        return overflows ? nil : product
    }

    static func write(_ value: Int64, _ units: [(name: String, size: Int64)], zero: String) -> String {
        guard value > 0, let unit = units.first(where: { value % $0.size == 0 }) else { return zero }
        return "\(value / unit.size)\(unit.name)"
    }
}
