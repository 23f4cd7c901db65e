import Movement

/// A stretch of time in which a foot stands on the floor.
package struct Stance: Sendable, Equatable {
    package var side: BodySide
    package var startSeconds: Double
    package var endSeconds: Double

    package init(side: BodySide, startSeconds: Double, endSeconds: Double) {
        self.side = side
        self.startSeconds = startSeconds
        self.endSeconds = endSeconds
    }
}

extension Gait {
    /// From each contact to the next toe-off of the same foot. A stance whose start or end lies outside of the
    /// recording reaches to its edge.
    package func stances(within span: ClosedRange<Double>) -> [Stance] {
        BodySide.allCases.flatMap { side -> [Stance] in
            var stances: [Stance] = []
            var start: Double? = nil
            var hasEvent = false
            for event in events.filter({ $0.side == side }).sorted(by: { $0.seconds < $1.seconds }) {
                switch event.kind {
                case .initialContact: start = event.seconds
                case .toeOff:
                    let from = start ?? (hasEvent ? nil : span.lowerBound)
                    if let from { stances.append(Stance(side: side, startSeconds: from, endSeconds: event.seconds)) }
                    start = nil
                }
                hasEvent = true
            }
            if let start { stances.append(Stance(side: side, startSeconds: start, endSeconds: span.upperBound)) }
            return stances
        }
    }
}
