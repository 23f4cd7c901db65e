/// Finds the stretches of a recording in which nobody was seen.
package enum GapFinding {
    /// A moment counts as measured within this distance of a picture with a person.
    private static let reachSeconds = 0.25

    /// Every stretch between two pictures with a person (or the ends) that holds a picture without one, or that has
    /// no picture for a quarter of a second. Filled means that every moment in it is near a picture with a person.
    package static func gaps(in observations: Observations) -> [Gap] {
        guard let first = observations.frames.first?.time, let last = observations.frames.last?.time else { return [] }
        var result: [Gap] = []
        var seen: Double?
        var hasMissed = false
        func close(at time: Double, isEnd: Bool) {
            let start = seen ?? first
            let length = time - start
            guard hasMissed || length >= reachSeconds else { return }
            let isOpenAtOneSide = seen == nil || isEnd
            result.append(
                Gap(
                    startSeconds: start, endSeconds: time,
                    isFilled: seen == nil && isEnd
                        ? false : length < (isOpenAtOneSide ? reachSeconds : 2 * reachSeconds)))
        }
        for frame in observations.frames {
            guard frame.hasPerson else {
                hasMissed = true
                continue
            }
            close(at: frame.time, isEnd: false)
            seen = frame.time
            hasMissed = false
        }
        if hasMissed { close(at: last, isEnd: true) }
        return result
    }
}
