import Foundation

/// A turned square of the upright picture that holds a person: what a network looks at.
package struct CropRegion: Sendable, Equatable {
    /// Pixels of the upright picture.
    package var centre: SIMD2<Double>
    /// Length of a side in pixels.
    package var side: Double
    /// Clockwise turn of the square in radians; the person stands upright in it.
    package var turnRadians: Double

    /// The middle of the hips, and a point as far from it and in such a direction that a circle through it encloses
    /// the person and the line to it runs along the trunk.
    init(hips: SIMD2<Double>, extent: SIMD2<Double>) {
        let arm = extent - hips
        let length = (arm * arm).sum().squareRoot()
        centre = hips
        side = 2 * length * Self.margin
        let turn = Double.pi / 2 - atan2(-arm.y, arm.x)
        turnRadians = turn - 2 * Double.pi * ((turn + Double.pi) / (2 * Double.pi)).rounded(.down)
    }

    /// The smallest upright square around a whole picture.
    init(fitting width: Int, _ height: Int) {
        centre = SIMD2(Double(width), Double(height)) / 2
        side = Double(max(width, height))
        turnRadians = 0
    }

    /// How much larger than the circle through the extent point the networks were taught to see.
    private static let margin = 1.25

    /// Takes positions in the square, 0 … 1 each way, to pixels of the upright picture.
    var pictureFromUnit: PlaneMap {
        let (cosine, sine) = (cos(turnRadians) * side, sin(turnRadians) * side)
        return PlaneMap(
            a: cosine, b: -sine, x: centre.x - (cosine - sine) / 2,
            c: sine, d: cosine, y: centre.y - (sine + cosine) / 2)
    }

    /// Whether there is anything to look at: a size and place that a picture of this size can hold.
    func isUsable(width: Int, height: Int) -> Bool {
        let long = Double(max(width, height))
        return side.isFinite && centre.x.isFinite && centre.y.isFinite && turnRadians.isFinite
            && side >= 8 && side <= 8 * long && abs(centre.x) <= 4 * long && abs(centre.y) <= 4 * long
    }
}
