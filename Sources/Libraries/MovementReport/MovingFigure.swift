import Base
import Markup
import Movement

/// A figure of lines that moves as the person did, seen from where the camera stood: without script, and still for
/// those who asked for no motion and on paper.
struct MovingFigure {
    /// Drawn units a metre.
    private static let scale = 200.0
    private static let hertz = 10.0
    private static let longestSeconds = 5.0
    private static let marginUnits = 26.0
    private static let headUnits = 22.0

    private let motion: FittedMotion
    private let language: Language
    /// Positions in the motion's times.
    private let frames: [Int]
    private let still: Int
    private let seconds: Double
    private let marks: [BodyPoint]
    private let hasArms: Bool
    private let followsHips: Bool
    private let caption: Text

    /// nil where nothing was measured.
    init?(_ measurement: Measurement, language: Language) {
        guard let motion = measurement.motion, measurement.capture.refused == nil, motion.times.count > 1 else { return nil }
        self.motion = motion
        self.language = language
        let worst = measurement.faults.lazy.compactMap { verdict in
            verdict.found.flatMap { fault in fault.worst(by: verdict.rule).map { (fault, $0) } }
        }.first
        let (span, moment, caption) = Self.stretch(measurement, motion, worst?.1)
        let step = max(Int((LandmarkTrack.rateHertz / Self.hertz).rounded()), 1)
        frames = motion.times.indices.filter { index in
            span.contains(motion.times[index]) && motion.isMeasured[index]
                && Self.legs.allSatisfy { motion.point($0, at: index).x.isFinite }
        }.enumerated().filter { $0.offset % step == 0 }.map(\.element)
        guard frames.count >= 2, let first = frames.first, let last = frames.last,
            let nearest = frames.min(by: { abs(motion.times[$0] - moment) < abs(motion.times[$1] - moment) })
        else { return nil }
        still = nearest
        seconds = max(motion.times[last] - motion.times[first], 0.5)
        marks = worst.map { Self.places($0.0) } ?? []
        hasArms = frames.allSatisfy { index in Self.arms.allSatisfy { motion.point($0, at: index).x.isFinite } }
        followsHips = measurement.recognition.exercise == .gait
        self.caption = caption
    }

    private static let legs: [BodyPoint] = [
        .midHip, .lumbar, .leftShoulder, .rightShoulder, .leftHip, .rightHip, .leftKnee, .rightKnee, .leftAnkle, .rightAnkle,
        .leftHeel, .rightHeel, .leftToe, .rightToe,
    ]
    private static let arms: [BodyPoint] = [.leftElbow, .rightElbow, .leftWrist, .rightWrist]

    /// The repetition with the clearest fault, else the one in the middle, else the beginning.
    private static func stretch(
        _ measurement: Measurement, _ motion: FittedMotion, _ worst: FaultOccurrence?
    ) -> (ClosedRange<Double>, Double, Text) {
        let count = measurement.repetitions.count
        let number = worst?.repetition ?? (count + 1) / 2
        if count > 0, measurement.repetitions.indices.contains(number - 1) {
            let repetition = measurement.repetitions[number - 1]
            let length = min(repetition.tempoSeconds + 0.4, longestSeconds)
            let moment = worst?.momentSeconds ?? repetition.peakSeconds
            let start = min(repetition.startSeconds - 0.2, moment)
            return (
                start...max(start + length, moment), moment,
                Text(es: "Repetición \(number), como la vio la cámara.", en: "Repetition \(number), as the camera saw it.")
            )
        }
        let first = zip(motion.times, motion.isMeasured).first { $0.1 }?.0 ?? 0
        return (first...(first + longestSeconds), first + 0.5, Text(es: "Como lo vio la cámara.", en: "As the camera saw it."))
    }

    /// Where a fault is to be seen.
    private static func places(_ fault: Fault) -> [BodyPoint] {
        func sided(_ right: BodyPoint, _ left: BodyPoint) -> [BodyPoint] {
            fault.side.map { [$0 == .right ? right : left] } ?? [right, left]
        }
        return switch fault.code {
        case .kneeValgus, .stiffKnee: sided(.rightKnee, .leftKnee)
        case .heelRise: sided(.rightHeel, .leftHeel)
        case .hipShift: [.midHip]
        case .forwardLean, .sidewaysLean, .backwardLean: [.lumbar]
        case .armDrop: sided(.rightWrist, .leftWrist)
        case .lossOfBalance, .shortHold: sided(.rightAnkle, .leftAnkle)
        case .shallow, .incompleteRise, .asymmetry: []
        }
    }

    var html: HTML {
        let box = bounds
        let view = "\(Int(box.left)) \(Int(box.top)) \(Int(box.width)) \(Int(box.height))"
        let name = language(es: "Figura del movimiento", en: "Figure of the movement")
        let ring: HTML? =
            marks.isEmpty
            ? nil : "<span>\(language(es: "El círculo señala lo encontrado.", en: "The ring points at what was found."))</span>"
        return """
            <section class="joint figure" aria-labelledby="figure"><h3 id="figure">\(name)</h3>
            <input type="checkbox" id="moves" checked/><label for="moves">\(language(es: "En movimiento", en: "Moving"))</label>
            <svg class="person" viewBox="\(view)" role="img" aria-labelledby="figure">\
            <path class="ground" d="M\(Int(box.left)) 0h\(Int(box.width))"/>\
            <g class="still">\(drawing([still]))</g><g class="moving">\(drawing(frames))</g></svg>
            <p class="second"><span>\(caption(language))</span> \(ring) \
            <span>\(language(es: "Derecha: línea continua. Izquierda: a rayas.", en: "Right: solid line. Left: dashed."))</span></p>
            </section>

            """
    }

    /// One pose, or all of them one after the other.
    private func drawing(_ frames: [Int]) -> HTML {
        let left = frames.map { limbs($0, .left) }
        let right = frames.map { limbs($0, .right) }
        let trunk = frames.map { index in
            path([[.leftShoulder, .rightShoulder], [.leftHip, .rightHip]], index)
                + line(neck(index), place(.lumbar, index), place(.midHip, index))
        }
        let heads = frames.map(head)
        var parts: [HTML] = [
            moving("line l", left), moving("line c", trunk), moving("line r", right), circle("head", Self.headUnits, heads),
        ]
        for mark in marks where hasArms || !Self.arms.contains(mark) {
            parts.append(circle("mark", 16, frames.map { place(mark, $0) }))
        }
        return parts.joined()
    }

    private func moving(_ style: String, _ values: [String]) -> HTML {
        let first = values.first ?? ""
        guard values.count > 1 else { return "<path class=\"\(style)\" d=\"\(first)\"/>" }
        return """
            <path class="\(style)" d="\(first)">\(animate("d", values))</path>
            """
    }

    private func circle(_ style: String, _ radius: Double, _ places: [SIMD2<Double>]) -> HTML {
        let first = places.first ?? .zero
        let attributes: HTML = "class=\"\(style)\" r=\"\(Int(radius))\" cx=\"\(Int(first.x))\" cy=\"\(Int(first.y))\""
        guard places.count > 1 else { return "<circle \(attributes)/>" }
        return """
            <circle \(attributes)>\(animate("cx", places.map { "\(Int($0.x))" }))\(animate("cy", places.map { "\(Int($0.y))" }))</circle>
            """
    }

    private func animate(_ name: String, _ values: [String]) -> HTML {
        var length: [UInt8] = []
        length.append(decimal: seconds, decimals: 2)
        return """
            <animate attributeName="\(name)" dur="\(String(decoding: length, as: UTF8.self))s" repeatCount="indefinite" values="\(values.joined(separator: ";"))"/>
            """
    }

    private func limbs(_ index: Int, _ side: BodySide) -> String {
        let leg: [BodyPoint] =
            side == .left
            ? [.leftHip, .leftKnee, .leftAnkle, .leftHeel, .leftToe] : [.rightHip, .rightKnee, .rightAnkle, .rightHeel, .rightToe]
        let arm: [BodyPoint] =
            side == .left ? [.leftShoulder, .leftElbow, .leftWrist] : [.rightShoulder, .rightElbow, .rightWrist]
        return path(hasArms ? [leg, arm] : [leg], index)
    }

    private func path(_ strokes: [[BodyPoint]], _ index: Int) -> String {
        strokes.map { stroke in line(stroke.map { place($0, index) }) }.joined()
    }

    private func line(_ places: SIMD2<Double>...) -> String { line(places) }

    private func line(_ places: [SIMD2<Double>]) -> String {
        "M" + places.map { "\(Int($0.x.rounded())) \(Int($0.y.rounded()))" }.joined(separator: "L")
    }

    private func neck(_ index: Int) -> SIMD2<Double> { 0.5 * (place(.leftShoulder, index) + place(.rightShoulder, index)) }

    private func head(_ index: Int) -> SIMD2<Double> {
        let along = neck(index) - place(.midHip, index)
        let size = max((along * along).sum().squareRoot(), 1)
        return neck(index) + along * (0.26 * Self.scale / max(size, 0.3 * Self.scale))
    }

    /// To the right and downwards; in walking the hips stay in the middle.
    private func place(_ point: BodyPoint, _ index: Int) -> SIMD2<Double> {
        let at = motion.point(point, at: index)
        let middle = followsHips ? motion.point(.midHip, at: index).x : 0
        return SIMD2(at.x - middle, -at.y) * Self.scale
    }

    private var bounds: (left: Double, top: Double, width: Double, height: Double) {
        let points = Self.legs + (hasArms ? Self.arms : [])
        let all = frames.flatMap { index in points.map { place($0, index) } + [head(index)] }
        let margin = Self.marginUnits
        let left = (all.map(\.x).min() ?? 0) - margin
        let right = (all.map(\.x).max() ?? 0) + margin
        let top = (all.map(\.y).min() ?? 0) - margin
        let bottom = max(all.map(\.y).max() ?? 0, 0) + margin / 2
        let width = max(right - left, (bottom - top) * 0.6)
        return ((left + right - width) / 2, top, width, bottom - top)
    }
}
