import Base
import Foundation
import Movement
import Testing
import Vision

/// Against numbers that MediaPipe's own Python (0.10.21, single pictures, full network) gave for the same pictures:
/// `Goldens/make-goldens.py`.
@Suite("landmarks are those of MediaPipe's own Python")
struct PoseParityTests {
    struct Golden: Decodable, CustomTestStringConvertible {
        let video: String
        let frame: Int
        let width: Int
        let height: Int
        let points: [[Double]]
        var testDescription: String { "\(video) \(frame)" }
    }

    static let goldens: [String: [Golden]] = {
        guard let url = Bundle.module.url(forResource: "static", withExtension: "json", subdirectory: "Goldens"),
            let data = try? Data(contentsOf: url), let all = try? JSONDecoder().decode([Golden].self, from: data)
        else { return [:] }
        return Dictionary(grouping: all, by: \.video)
    }()

    private struct Enough: Error {}

    @Test("to 0.1 % of the picture's diagonal and 2 mm", arguments: ["cam01.mp4", "cam02.mp4", "cam03.mp4", "cam04.mp4", "demo.mp4"])
    func single(video: String) throws {
        let wanted = try #require(Self.goldens[video])
        let tracker = PersonTracker(models: try PoseModels(folder: Samples.runtime), mode: .singleImages)
        let reader = try VideoReader(source: Samples.source(Samples.videos + "/" + video))
        var index = 0
        var compared = 0
        do {
            _ = try reader.forEachPicture(maximalHertz: nil) { seconds, picture in
                defer { index += 1 }
                if compared == wanted.count { throw Enough() }
                guard let golden = wanted.first(where: { $0.frame == index }) else { return }
                compared += 1
                #expect((picture.width, picture.height) == (golden.width, golden.height))
                let seen = try tracker.look(at: picture, seconds: seconds)
                #expect(seen.points.count == golden.points.count)
                #expect(seen.found == (golden.points.isEmpty ? .nobody : .detector))
                let diagonal = hypot(Double(golden.width), Double(golden.height))
                for (point, expected) in zip(seen.points, golden.points) {
                    #expect(hypot(point.x - expected[0], point.y - expected[1]) <= 0.001 * diagonal)
                    #expect(abs(point.depth - expected[2]) <= 0.002 * diagonal)
                    #expect(abs(point.visibility - expected[3]) <= 0.01)
                    let world = point.world - SIMD3(expected[4], expected[5], expected[6])
                    #expect((world * world).sum().squareRoot() <= 0.002)
                }
            }
        } catch is Enough {}
        #expect(compared == wanted.count)
    }
}
