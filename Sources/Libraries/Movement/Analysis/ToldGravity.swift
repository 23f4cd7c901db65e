import Base
import Foundation

extension CaptureGate {
    private static let largestContradictionDegrees = 60.0

    /// Refuses a told gravity that the upright person in the picture contradicts: axes that were mixed up, or a wrong sign,
    /// would turn every angle. A camera that looks almost straight down is refused as well.
    static func toldGravity(_ observations: Observations) -> Verdict {
        guard let gravity = observations.capture.gravity else { return Verdict() }
        let across = hypot(gravity.x, gravity.y)
        let deviations = observations.frames.filter(\.hasPerson).map { frame in
            let shoulders = middle(.leftShoulder, .rightShoulder, observations, frame)
            let ankles = middle(.leftAnkle, .rightAnkle, observations, frame)
            let body = ankles - shoulders
            let cosine = (body.x * gravity.x + body.y * gravity.y) / max(hypot(body.x, body.y) * across, 1e-9)
            return acos(min(max(cosine, -1), 1)) * 180 / .pi
        }
        let isContradicted = SeriesStatistics.median(deviations) > largestContradictionDegrees
        guard across < 0.3 || isContradicted else { return Verdict() }
        return Verdict(
            refused: CaptureQuality.Remark(
                "gravity_contradicts",
                Text(
                    es: "La gravedad indicada no concuerda con la persona de la imagen. Sus ejes son: x a la derecha, y hacia abajo, "
                        + "z alejándose de la cámara. Corríjala en el archivo de captura o mida sin ella.",
                    en: "The gravity that was given does not agree with the person in the picture. Its axes are: x to the right, "
                        + "y down, z away from the camera. Correct it in the capture file or measure without it.")))
    }

    private static func middle(
        _ left: Landmark, _ right: Landmark, _ observations: Observations, _ frame: ObservedFrame
    ) -> SIMD2<Double> {
        let (left, right) = (observations.point(left, in: frame), observations.point(right, in: frame))
        return SIMD2(left.x + right.x, left.y + right.y) / 2
    }
}
