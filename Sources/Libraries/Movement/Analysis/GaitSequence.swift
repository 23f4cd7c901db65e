/// Keeps those of the events found that can follow each other in walking.
///
/// Walking has one order: a foot meets the floor, then the other leaves it, then the other meets it, then the first
/// leaves it. So each foot alternates, and never are both in the air. What does not fit in, mostly near the ends of a
/// recording where a turn was only half seen, is left out.
package enum GaitSequence {
    /// From toe-off to contact of the same foot. Healthy swings last about 0.4 s and, at the fastest walk, 0.3 s.
    private static let swingSeconds = 0.25...1.0
    /// From contact to toe-off of the other foot: both stand.
    private static let bothStandSeconds = 0.0...0.8
    private static let leastStanceSeconds = 0.3
    /// A run of fewer events is not confirmed: it has no contact with its own toe-off on both sides.
    private static let shortestRun = 4
    /// What a break costs in events left out, and the time from the run before to the one after.
    private static let costOfBreak = 2.5
    private static let leastBreakSeconds = 0.3

    /// Runs without a missing event, in order; where one was missed between, another run begins.
    /// - Parameter events: of both feet, in order of time.
    package static func runs(of events: [Gait.Event]) -> [[Gait.Event]] {
        // The best sequence that ends with each event: how many it holds less its breaks, and the event before.
        var worth = [Double](repeating: 1, count: events.count)
        var previous = [Int?](repeating: nil, count: events.count)
        var isLinked = [Bool](repeating: false, count: events.count)
        for index in events.indices {
            for before in 0..<index {
                var isNext = follows(events[before], events[index])
                // The toe-off ends the stance that began three events before.
                if isNext, events[index].kind == .toeOff, let swing = previous[before], let stance = previous[swing],
                    events[stance].side == events[index].side, events[stance].kind == .initialContact
                {
                    isNext = events[index].seconds - events[stance].seconds >= leastStanceSeconds
                }
                guard isNext || events[index].seconds - events[before].seconds >= leastBreakSeconds else { continue }
                let value = worth[before] + 1 - (isNext ? 0 : costOfBreak)
                if value > worth[index] {
                    worth[index] = value
                    previous[index] = before
                    isLinked[index] = isNext
                }
            }
        }
        guard let last = events.indices.max(by: { worth[$0] < worth[$1] }) else { return [] }
        var runs: [[Gait.Event]] = [[events[last]]]
        var index = last
        while let before = previous[index] {
            if isLinked[index] {
                runs[runs.count - 1].append(events[before])
            } else {
                runs.append([events[before]])
            }
            index = before
        }
        return runs.reversed().map { $0.reversed() }.filter { $0.count >= shortestRun }
    }

    /// Whether the second is the very next event of walking after the first.
    private static func follows(_ first: Gait.Event, _ second: Gait.Event) -> Bool {
        let elapsed = second.seconds - first.seconds
        switch (first.kind, second.kind) {
        case (.initialContact, .toeOff): return first.side != second.side && bothStandSeconds.contains(elapsed)
        case (.toeOff, .initialContact): return first.side == second.side && swingSeconds.contains(elapsed)
        default: return false
        }
    }
}
