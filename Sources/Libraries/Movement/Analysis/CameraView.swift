import Foundation

/// From where the person is seen, and how steadily.
package struct CameraView: Sendable, Equatable {
    /// Turn of the person away from facing the camera, −π … π: positive when the person's left side comes nearer.
    /// The median over the measured times.
    package var turnRadians: Double
    /// Median distance from that turn, in radians: small where the person keeps facing one way.
    package var spreadRadians: Double
    package var view: CaptureQuality.View
    /// Which side of the person is nearer to the camera; nil when neither is, within 15° of seeing front or back.
    package var nearSide: BodySide?

    /// Half the width of the five sectors of a view, and of the sector in which no side is nearer.
    private static let sectorRadians = Double.pi / 8
    private static let frontalRadians = Double.pi / 12

    /// The view of a fitted motion; nil where nothing was measured.
    ///
    /// The camera stands over the origin of the floor, so the direction from the person to it follows from where
    /// the person stands: somebody at the edge of the picture who faces along the optical axis is not seen frontally.
    package init?(of motion: FittedMotion) {
        let turns = motion.times.indices.filter { motion.isMeasured[$0] }.map { index in
            let hip = motion.point(.midHip, at: index)
            let yaw = motion.yawRadians[index]
            // At yaw 0 the person faces +x; turning about the vertical takes x to −z.
            let forward = (x: cos(yaw), z: -sin(yaw))
            let toCamera = (x: -hip.x, z: -hip.z)
            return atan2(
                forward.z * toCamera.x - forward.x * toCamera.z, forward.x * toCamera.x + forward.z * toCamera.z)
        }
        guard let middle = SeriesStatistics.circularMedian(turns) else { return nil }
        self.init(turnRadians: middle.radians, spreadRadians: middle.spread)
    }

    package init(turnRadians: Double, spreadRadians: Double) {
        self.turnRadians = turnRadians
        self.spreadRadians = spreadRadians
        let away = abs(turnRadians)
        view =
            switch away / Self.sectorRadians {
            case ..<1: .front
            case ..<3: .frontOblique
            case ..<5: .side
            case ..<7: .backOblique
            default: .back
            }
        if min(away, .pi - away) > Self.frontalRadians {
            nearSide = turnRadians > 0 ? .left : .right
        }
    }
}
