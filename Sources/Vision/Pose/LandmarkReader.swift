import Base
import Foundation
import Movement

/// What the landmark network says about one region of a picture.
struct LandmarkReading {
    /// How sure the network is that there is a person, 0 … 1.
    var score: Double
    /// One for each `Landmark`; empty where the score is below `LandmarkReader.minimalScore`.
    var points: [ObservedPoint] = []
    /// The middle of the hips and the extent of the body in pixels of the upright picture: where to look next.
    var hips = SIMD2<Double>()
    var extent = SIMD2<Double>()
}

/// BlazePose's landmark network ("full"): 33 landmarks of the person in a region, in the picture and in metres.
///
/// Its coordinates are sharpened by a heat map, as in MediaPipe: the weighted mean of the map around the landmark.
final class LandmarkReader {
    static let side = 256
    static let outputCounts = [channels * 5, 1, heatCells * heatCells * channels, channels * 3]
    static let minimalScore: Float = 0.5

    /// 33 landmarks, the two that say where to look next, and four that MediaPipe does not use.
    private static let channels = 39
    private static let heatCells = 64
    /// Half the width of the window of the heat map that is averaged. MediaPipe's graph names a kernel of 7 cells, but
    /// its results are those of 9.
    private static let heatReach = 4
    private static let minimalHeat: Float = 0.5

    private let network: any Network
    private let sampler: CropSampler

    init(network: any Network, sampler: CropSampler) {
        self.network = network
        self.sampler = sampler
    }

    /// The network's file without its third output, the person's outline.
    static func withoutOutline(_ file: Data) throws(Failure) -> Data {
        var graph = NetworkGraph(file)
        do {
            try graph.removeOutput(at: 2)
        } catch {
            throw .poseRuntime(PoseRuntimeFile.landmarks.name)
        }
        return graph.data
    }

    func read(_ picture: Picture, _ region: CropRegion) throws -> LandmarkReading {
        var reading = LandmarkReading(score: 0)
        guard region.isUsable(width: picture.width, height: picture.height) else { return reading }
        try network.run { input in
            sampler.sample(picture, region, side: Self.side, border: .edge, low: 0, high: 1, into: input)
        } read: { outputs in
            reading = Self.decode(outputs, region)
        }
        return reading
    }

    private static func decode(_ outputs: [UnsafePointer<Float>], _ region: CropRegion) -> LandmarkReading {
        let (numbers, heat, world) = (outputs[0], outputs[2], outputs[3])
        var reading = LandmarkReading(score: Double(outputs[1][0]))
        guard outputs[1][0] >= minimalScore else { return reading }
        let map = region.pictureFromUnit
        func place(_ channel: Int) -> SIMD2<Double> {
            let at = refined(
                SIMD2(numbers[channel * 5], numbers[channel * 5 + 1]) / Float(side), heat: heat, channel: channel)
            let (x, y) = (Double(at.x), Double(at.y))
            return SIMD2(map.a * x + map.b * y + map.x, map.c * x + map.d * y + map.y)
        }
        let (cosine, sine) = (cos(region.turnRadians), sin(region.turnRadians))
        reading.points.reserveCapacity(Landmark.count)
        for channel in 0..<Landmark.count {
            let at = place(channel)
            let (x, y, z) = (
                Double(world[channel * 3]), Double(world[channel * 3 + 1]), Double(world[channel * 3 + 2])
            )
            reading.points.append(
                ObservedPoint(
                    x: at.x, y: at.y, depth: Double(numbers[channel * 5 + 2]) / Double(side) * region.side,
                    visibility: Double(sigmoid(numbers[channel * 5 + 3])),
                    world: SIMD3(cosine * x - sine * y, sine * x + cosine * y, z)))
        }
        reading.hips = place(Landmark.count)
        reading.extent = place(Landmark.count + 1)
        return reading
    }

    /// The mean of the heat map's cells around a place (0 … 1 each way), weighted by their heat, where it is hot enough.
    private static func refined(_ place: SIMD2<Float>, heat: UnsafePointer<Float>, channel: Int) -> SIMD2<Float> {
        let cells = Float(heatCells)
        // Truncation towards zero lets places just outside the left and upper edge count as inside.
        guard abs(place.x) < 16, abs(place.y) < 16 else { return place }
        let (column, row) = (Int(place.x * cells), Int(place.y * cells))
        // The row is not held against the lower edge, as in MediaPipe: a foot just below it is drawn back to it.
        guard column >= 0, column < heatCells, row >= 0 else { return place }
        var sum: Float = 0
        var mean = SIMD2<Float>()
        var hottest: Float = 0
        for y in max(0, row - heatReach)..<max(max(0, row - heatReach), min(heatCells, row + heatReach + 1)) {
            for x in max(0, column - heatReach)..<min(heatCells, column + heatReach + 1) {
                let confidence = sigmoid(heat[(y * heatCells + x) * channels + channel])
                sum += confidence
                hottest = max(hottest, confidence)
                mean += SIMD2(Float(x), Float(y)) * confidence
            }
        }
        guard hottest >= minimalHeat, sum > 0 else { return place }
        return mean / cells / sum
    }

    private static func sigmoid(_ value: Float) -> Float { 1 / (1 + exp(-value)) }
}
