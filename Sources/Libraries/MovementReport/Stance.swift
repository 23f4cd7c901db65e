import Movement

/// A stretch of time in which a foot stands on the floor.
struct Stance: Equatable {
    var side: BodySide
    var startSeconds: Double
    var endSeconds: Double
}

extension Gait {
    /// From each contact to the next toe-off of the same foot. A stance whose start or end lies outside of the
    /// recording reaches to its edge.
    func stances(within span: ClosedRange<Double>) -> [Stance] {
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
