/// One rise of a signal and its fall back to rest, by index; `start` and `end` lie between samples.
struct Excursion {
    /// Where the resting level before was left, and the one after reached.
    var start: Double
    var peak: Int
    var end: Double
    /// The lowest samples before and after.
    var before: Int
    var after: Int

    /// Start and end are where this share of the way from rest to the turn is crossed.
    private static let restingShare = 0.1
    /// A fall that comes back by less than this share of the way is part of the same excursion.
    private static let returningShare = 0.5
    /// At the ends of the signal, rest must have been reached up to this share of the way.
    private static let cutOffShare = 0.25

    func moved(by offset: Int) -> Excursion {
        Excursion(
            start: start + Double(offset), peak: peak + offset, end: end + Double(offset), before: before + offset,
            after: after + offset)
    }

    /// Every whole excursion, in order.
    /// - Parameter lastMayEndAtTurn: whether a last rise counts that reached its level but did not come back; it
    ///   ends where nine tenths of the way were reached.
    static func all(in path: [Double], threshold: Double, lastMayEndAtTurn: Bool) -> [Excursion] {
        var turns = TurningPoint.all(in: path, threshold: threshold)
        merge(&turns, path: path)
        let valleys = turns.filter { !$0.isPeak }.map { path[$0.index] }
        let rest = SeriesStatistics.median(valleys)
        let lowest = valleys.min() ?? rest
        let top = SeriesStatistics.median(turns.filter(\.isPeak).map { path[$0.index] })
        var result: [Excursion] = []
        for position in turns.indices where turns[position].isPeak && position > 0 {
            let before = turns[position - 1].index
            let peak = turns[position].index
            let isFirst = position == 1
            if isFirst, path[before] - lowest > cutOffShare * (path[peak] - rest) { continue }
            let start = crossing(in: path, from: peak, to: before, share: restingShare)
            if position + 1 < turns.count {
                let after = turns[position + 1].index
                let isLast = position + 2 == turns.count
                if isLast, path[after] - lowest > cutOffShare * (path[peak] - rest) {
                    continue
                }
                let end = crossing(in: path, from: peak, to: after, share: restingShare)
                result.append(Excursion(start: start, peak: peak, end: end, before: before, after: after))
            } else if lastMayEndAtTurn, path[peak] - path[before] > (1 - cutOffShare) * (top - rest) {
                let end = crossing(in: path, from: before, to: peak, share: restingShare)
                let last = path.count - 1
                guard Int(end) < last else { continue }
                result.append(Excursion(start: start, peak: peak, end: end, before: before, after: last))
            }
        }
        return result
    }

    /// Takes out falls that came back less than half of the way.
    private static func merge(_ turns: inout [TurningPoint], path: [Double]) {
        let rest = SeriesStatistics.median(turns.filter { !$0.isPeak }.map { path[$0.index] }.lowerHalf)
        var position = 1
        while position + 1 < turns.count {
            let before = turns[position - 1]
            let after = turns[position + 1]
            let lower = min(path[before.index], path[after.index])
            guard !turns[position].isPeak, path[turns[position].index] - rest > returningShare * (lower - rest) else {
                position += 1
                continue
            }
            turns.removeSubrange(position...(path[before.index] >= path[after.index] ? position + 1 : position))
            if path[before.index] < path[after.index] { turns.remove(at: position - 1) }
        }
    }

    /// Where the path, followed from one index to another, first comes within `share` of the level at `to`.
    private static func crossing(in path: [Double], from: Int, to: Int, share: Double) -> Double {
        let level = path[to] + share * (path[from] - path[to])
        let isFalling = path[to] < path[from]
        let step = to > from ? 1 : -1
        var index = from
        while index != to {
            let next = index + step
            if isFalling ? path[next] <= level : path[next] >= level {
                let part = (path[index] - level) / (path[index] - path[next])
                return Double(index) + Double(step) * part
            }
            index = next
        }
        return Double(to)
    }
}

/// A highest or lowest sample between reversals larger than a threshold.
struct TurningPoint {
    var index: Int
    var isPeak: Bool

    /// Turning points in alternation. The first and the last are the extremes of what was seen before the first and
    /// after the last reversal. Empty where the signal never moves by the threshold.
    static func all(in path: [Double], threshold: Double) -> [TurningPoint] {
        guard !path.isEmpty else { return [] }
        var result: [TurningPoint] = []
        var lowest = 0
        var highest = 0
        var isRising: Bool?
        for index in path.indices {
            if path[index] < path[lowest] { lowest = index }
            if path[index] > path[highest] { highest = index }
            if isRising != false, path[highest] - path[index] >= threshold {
                result.append(TurningPoint(index: highest, isPeak: true))
                isRising = false
                lowest = index
            } else if isRising != true, path[index] - path[lowest] >= threshold {
                result.append(TurningPoint(index: lowest, isPeak: false))
                isRising = true
                highest = index
            }
        }
        if let isRising { result.append(TurningPoint(index: isRising ? highest : lowest, isPeak: isRising)) }
        return result
    }
}

extension [Double] {
    /// The smaller half of the values, at least one.
    fileprivate var lowerHalf: [Double] { Array(sorted().prefix((count + 1) / 2)) }
}
