import Foundation

/// Which parts of the feet stand on the floor: left heel, right heel, left toe, right toe, 0 … 1 each.
///
/// A landmark that hardly moves in the picture, its speed brought to metres by the depth of the starting pose, is
/// planted, unless feet rise slowly in the exercise and it is above where it usually is. Decided once, before the fit; the fit never revises it.
package enum FootContact {
    /// - Parameter depths: metres from the camera of the twelve landmarks, [times × 12].
    /// - Returns: one entry per time.
    package static func weights(
        _ track: LandmarkTrack, depths: [Double], focalLengthPixels: Double, options: FitOptions
    ) -> [SIMD4<Double>] {
        var contact = [SIMD4<Double>](repeating: .zero, count: track.count)
        for foot in 0..<4 {
            let landmark = 8 + foot
            func speed(_ axis: Int) -> [Double] {
                let path = (0..<track.count).map { track.image[$0 * 12 + landmark][axis] }
                return SignalSmoothing.slope(
                    SignalSmoothing.gaussian(path, deviation: 1), step: LandmarkTrack.stepSeconds)
            }
            let (across, down) = (speed(0), speed(1))
            let speeds = (0..<track.count).map { index in
                let scale = depths[index * 12 + landmark] / focalLengthPixels
                return (across[index] * across[index] + down[index] * down[index]).squareRoot() * scale
            }
            for (index, speed) in SignalSmoothing.gaussian(speeds, deviation: 1).enumerated() {
                contact[index][foot] = 1 / (1 + exp((speed - options.contactSpeed) / options.contactSpeedWidth))
            }
            guard options.contactRiseMetres.isFinite else { continue }
            let heights = SignalSmoothing.gaussian((0..<track.count).map { -track.image[$0 * 12 + landmark].y }, deviation: 3)
            let floor = SignalSmoothing.quantile(heights, 0.1)
            for index in 0..<track.count {
                let rise = (heights[index] - floor) * depths[index * 12 + landmark] / focalLengthPixels
                contact[index][foot] *= 1 / (1 + exp((rise - options.contactRiseMetres) / options.contactRiseWidthMetres))
            }
        }
        return contact
    }
}
