import Base

/// What the law makes us keep of a person who asked to be erased: the content of the records of a kind, for some years after the
/// last change. It is sealed under a key of its own, so that everything else of the person goes at once; it leaves every list, and
/// only who has the right to ask for it by law gets to see it.
package struct Retention: Sendable, Hashable {
    /// Whole years of the calendar after the last change of any record of the kind about the person, 1 to 100.
    package let years: Int
    /// Told to whoever is refused: which law says so.
    package let reason: Text

    package init(years: Int, reason: Text) {
        precondition((1...100).contains(years), "a retention has 1 to 100 years")
        self.years = years
        self.reason = reason
    }

    /// When the duty ends, for what was last changed at `moment`; the 29th of February counts as the 1st of March.
    package func end(after moment: Instant) -> Instant {
        let text = moment.description
        guard let year = Int(text.prefix(4)) else { return .latest }
        let rest = text.dropFirst(4)
        let later = year + years
        return Instant("\(later)\(rest)") ?? Instant("\(later)-03-01\(rest.dropFirst(6))") ?? .latest
    }
}
