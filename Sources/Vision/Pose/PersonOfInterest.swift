/// Whom to follow where there are several people: the first choice, and who is the same person after a gap.
struct PersonOfInterest {
    private var lastRegion: CropRegion?
    private var lastSeconds = -Double.infinity

    /// How long a place is remembered. Afterwards whoever is there may be the person, who had time to walk anywhere.
    private static let memorySeconds = 5.0
    /// Within the memory, nobody farther from where the person was than this many body extents counts as them,
    /// widened by what somebody can walk in the time passed.
    private static let reach = 0.4
    private static let reachPerSecond = 0.6
    private static let sizeRatio = 1.8

    /// Nobody's hips move farther than this share of their body's extent, or their size changes more, within a thirtieth of
    /// a second; where it seems so, the network has gone over to somebody else.
    private static let leap = 0.25
    private static let leapOfSize = 1.5

    /// Whether somebody seen in this region can be the one who was followed until now.
    func isPlausible(_ region: CropRegion, at seconds: Double) -> Bool {
        guard let lastRegion else { return true }
        let steps = max(1, (seconds - lastSeconds) * 30)
        let offset = region.centre - lastRegion.centre
        let distance = (offset * offset).sum().squareRoot() / max(lastRegion.side, 1)
        let ratio = max(region.side, 1) / max(lastRegion.side, 1)
        return distance <= Self.leap * steps && max(ratio, 1 / ratio) <= 1 + (Self.leapOfSize - 1) * steps
    }

    mutating func remember(_ region: CropRegion, at seconds: Double) {
        lastRegion = region
        lastSeconds = seconds
    }

    /// The candidates that may be the person, the likeliest first.
    ///
    /// At first: the largest, weighed by closeness to the middle of the picture. Somebody at the edge counts half, so that
    /// of two of like size the one in the middle is taken. Later: the nearest in place and size to where they were.
    func ranked(_ candidates: [PersonCandidate], at seconds: Double, width: Int, height: Int) -> [PersonCandidate] {
        if let lastRegion, seconds - lastSeconds <= Self.memorySeconds {
            let reach = Self.reach + Self.reachPerSecond * (seconds - lastSeconds)
            return Self.sorted(candidates) { candidate in
                let offset = candidate.region.centre - lastRegion.centre
                let distance = (offset * offset).sum().squareRoot() / max(lastRegion.side, 1)
                let ratio = max(candidate.region.side, 1) / max(lastRegion.side, 1)
                let change = max(ratio, 1 / ratio)
                return distance <= reach && change <= Self.sizeRatio ? -(distance + 0.5 * (change - 1)) : nil
            }
        }
        let middle = SIMD2(Double(width), Double(height)) / 2
        let half = (middle * middle).sum().squareRoot()
        return Self.sorted(candidates) { candidate in
            let offset = candidate.region.centre - middle
            let distance = (offset * offset).sum().squareRoot() / half
            return candidate.region.side * (1 - 0.5 * min(1, distance))
        }
    }

    /// Highest rank first; those without a rank are left out; equals stay in the order of their scores.
    private static func sorted(
        _ candidates: [PersonCandidate], _ rank: (PersonCandidate) -> Double?
    ) -> [PersonCandidate] {
        var ranked: [(rank: Double, offset: Int)] = []
        for (offset, candidate) in candidates.enumerated() {
            if let rank = rank(candidate) { ranked.append((rank, offset)) }
        }
        ranked.sort { ($1.rank, $0.offset) < ($0.rank, $1.offset) }
        return ranked.map { candidates[$0.offset] }
    }
}
