import Base
import Foundation
import Markup

/// Moments on the reader's clock.
extension Interface {
    package func date(_ instant: Instant) -> String { language.date(instant, secondsFromUTC: offset(instant)) }

    package func compactDay(_ instant: Instant) -> String { language.compactDay(instant, secondsFromUTC: offset(instant)) }

    package func time(_ instant: Instant) -> String { language.time(instant, secondsFromUTC: offset(instant)) }

    package func moment(_ instant: Instant) -> String { language.moment(instant, secondsFromUTC: offset(instant)) }

    /// A moment as a piece of a page, which programs can read too.
    package func stamp(_ instant: Instant) -> HTML {
        "<time datetime=\"\(instant.description)\">\(moment(instant))</time>"
    }

    private func offset(_ instant: Instant) -> Int {
        timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.microseconds) / 1_000_000))
    }
}
