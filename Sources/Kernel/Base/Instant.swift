/// A moment in microseconds since 1970-01-01T00:00:00Z, without leap seconds, as databases and records hold it.
///
/// From the year 1 to the year 9999, so that each has an RFC 3339 text; what would lie outside is held at the end.
/// Only pages know time zones.
@frozen
package struct Instant: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z; negative before.
    package let microseconds: Int64

    /// Held at `earliest` and `latest`.
    @inlinable
    package init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
    }

    /// Held at `earliest` and `latest`.
    @inlinable
    package init(milliseconds: Int64) {
        self.init(microseconds: min(max(milliseconds, -62_135_596_800_000), 253_402_300_800_000) * 1_000)
    }

    /// 0001-01-01T00:00:00Z.
    package static let earliest = Instant(microseconds: .min)
    /// 9999-12-31T23:59:59.999999Z.
    package static let latest = Instant(microseconds: .max)
    /// 1970-01-01T00:00:00Z.
    package static let epoch = Instant(microseconds: 0)
}

extension Instant: Comparable {
    @inlinable
    package static func < (one: Instant, other: Instant) -> Bool { one.microseconds < other.microseconds }
}

extension Instant: InstantProtocol {
    /// Whole microseconds of the duration count, rounded towards zero; held at the ends.
    package func advanced(by duration: Duration) -> Instant {
        let (sum, overflows) = microseconds.addingReportingOverflow(duration.wholeMicroseconds)
        return overflows ? (duration < .zero ? .earliest : .latest) : Instant(microseconds: sum)
    }

    package func duration(to other: Instant) -> Duration {
        .microseconds(other.microseconds - microseconds)
    }
}

extension Instant {
    package static func + (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: duration) }
    package static func - (instant: Instant, duration: Duration) -> Instant { instant.advanced(by: .zero - duration) }
    package static func += (instant: inout Instant, duration: Duration) { instant = instant + duration }
    package static func -= (instant: inout Instant, duration: Duration) { instant = instant - duration }

    /// The time from `other` to `instant`; negative where `other` is later.
    package static func - (instant: Instant, other: Instant) -> Duration { other.duration(to: instant) }
}

extension Duration {
    /// Rounded towards zero; held at the ends of 64 bits, some 292,000 years.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflows) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return isTooLong || overflows ? (seconds < 0 ? .min : .max) : sum
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC with six decimals: "2026-11-21T14:23:17.123456Z". Texts sort as the instants do. Cost: 70 ns.
    package var description: String { InstantText.string(self) }

    /// Strictly RFC 3339, section 5.6: date, `T`, time, up to nine decimals of which six count, `Z` or an offset such as
    /// `-05:00`. Letters may be lower case; years 0001 to 9999 once the offset is taken off. nil for all else, and for the
    /// leap second `:60`, which a count without leap seconds cannot hold. Cost: 70 ns.
    package init?(_ text: String) {
        var text = text
        guard let instant = text.withUTF8({ InstantText.read(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = instant
    }

    /// As `init(_:)`, from text as a request or a database holds it.
    package init?(utf8: UnsafeRawBufferPointer) {
        guard let instant = InstantText.read(utf8) else { return nil }
        self = instant
    }
}

/// As RFC 3339 text.
extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let instant = Instant(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
