import Foundation

/// Somebody found by looking at the whole picture.
package struct PersonCandidate: Sendable, Equatable {
    package var region: CropRegion
    /// The detector's confidence, 0 … 1.
    package var score: Double
}

/// BlazePose's detector: finds people in a whole picture by their faces and hips.
///
/// The network sees the picture fitted into a square of 224 pixels and answers for 2254 fixed anchors: a box around the
/// face and four points, of which the first two (middle of the hips; extent of the whole body) are used.
final class PersonDetector {
    static let side = 224
    static let outputCounts = [anchorCount * numbersPerAnchor, anchorCount]

    private static let anchorCount = 2254
    private static let numbersPerAnchor = 12
    private static let minimalScore: Float = 0.5
    /// Boxes that overlap more than this (intersection over union) are the same person.
    private static let sameOverlap: Float = 0.3

    private let network: any Network
    private let sampler: CropSampler
    private let anchors = PersonDetector.makeAnchors()

    init(network: any Network, sampler: CropSampler) {
        self.network = network
        self.sampler = sampler
    }

    /// People in the picture, best score first.
    func detect(_ picture: Picture) throws -> [PersonCandidate] {
        let region = CropRegion(fitting: picture.width, picture.height)
        var found: [Box] = []
        try network.run { input in
            sampler.sample(picture, region, side: Self.side, border: .black, low: -1, high: 1, into: input)
        } read: { outputs in
            found = decode(numbers: outputs[0], scores: outputs[1])
        }
        let map = region.pictureFromUnit
        return Self.merged(found).map { box in
            func point(_ x: Float, _ y: Float) -> SIMD2<Double> {
                SIMD2(
                    map.a * Double(x) + map.b * Double(y) + map.x,
                    map.c * Double(x) + map.d * Double(y) + map.y)
            }
            return PersonCandidate(
                region: CropRegion(hips: point(box.points[0], box.points[1]), extent: point(box.points[2], box.points[3])),
                score: Double(box.score))
        }
    }

    /// In units of the square, 0 … 1.
    private struct Box {
        var score: Float
        var minX: Float
        var minY: Float
        var maxX: Float
        var maxY: Float
        /// x and y of the hips and of the extent.
        var points: SIMD4<Float>

        func overlap(_ other: Box) -> Float {
            let width = min(maxX, other.maxX) - max(minX, other.minX)
            let height = min(maxY, other.maxY) - max(minY, other.minY)
            guard width > 0, height > 0 else { return 0 }
            let shared = width * height
            return shared / ((maxX - minX) * (maxY - minY) + (other.maxX - other.minX) * (other.maxY - other.minY) - shared)
        }
    }

    private func decode(numbers: UnsafePointer<Float>, scores: UnsafePointer<Float>) -> [Box] {
        var boxes: [Box] = []
        for index in 0..<Self.anchorCount {
            let score = 1 / (1 + exp(-min(100, max(-100, scores[index]))))
            guard score >= Self.minimalScore else { continue }
            let raw = numbers + index * Self.numbersPerAnchor
            let anchor = anchors[index]
            let scale = Float(Self.side)
            let (x, y) = (raw[0] / scale + anchor.x, raw[1] / scale + anchor.y)
            let (width, height) = (raw[2] / scale, raw[3] / scale)
            boxes.append(
                Box(
                    score: score, minX: x - width / 2, minY: y - height / 2, maxX: x + width / 2, maxY: y + height / 2,
                    points: SIMD4(raw[4], raw[5], raw[6], raw[7]) / scale + SIMD4(anchor.x, anchor.y, anchor.x, anchor.y)))
        }
        return boxes
    }

    /// One box per person: the mean of all that overlap the best one, weighted by their scores.
    private static func merged(_ boxes: [Box]) -> [Box] {
        // Equal scores keep the order of the anchors.
        var rest = boxes.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
        var people: [Box] = []
        while let best = rest.first {
            var points = SIMD4<Float>()
            var total: Float = 0
            for box in rest where box.overlap(best) > sameOverlap {
                points += box.points * box.score
                total += box.score
            }
            var person = best
            if total > 0 { person.points = points / total }
            people.append(person)
            rest = rest.dropFirst().filter { $0.overlap(best) <= sameOverlap }
        }
        return people
    }

    /// Centres of the cells of three grids, repeated as often as the network has layers on each.
    private static func makeAnchors() -> [SIMD2<Float>] {
        var anchors: [SIMD2<Float>] = []
        anchors.reserveCapacity(anchorCount)
        for (cells, layers) in [(28, 2), (14, 2), (7, 6)] {
            for y in 0..<cells {
                for x in 0..<cells {
                    let centre = SIMD2((Float(x) + 0.5) / Float(cells), (Float(y) + 0.5) / Float(cells))
                    for _ in 0..<layers { anchors.append(centre) }
                }
            }
        }
        return anchors
    }
}
