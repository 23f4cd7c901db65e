import Base
import Markup

/// A person of a few lines, as they stand in a phone's picture: for drawings that show how to film.
struct FilmedFigure {
    /// Where they stand.
    var foot: (x: Int, y: Int) = (50, 124)
    /// From the soles to the crown.
    var height = 108
    var arms: Arms = .down
    var isSideOn = false

    /// What they do with their arms.
    enum Arms { case down, spread }

    var html: HTML {
        let (x, y) = foot
        let head = scaled(0.075)
        let (crown, shoulder, hip) = (y - height + head, y - scaled(0.8), y - scaled(0.47))
        let stride = isSideOn ? scaled(0.02) : scaled(0.1)
        let toe = scaled(0.07)
        let feet = isSideOn ? "h\(toe)M\(x) \(hip)L\(x - stride) \(y)h\(toe)" : "h\(toe)M\(x) \(hip)L\(x - stride) \(y)h-\(toe)"
        return """
            <circle class="body" cx="\(x)" cy="\(crown)" r="\(head)"/>\
            <path class="body" d="M\(x) \(y - scaled(0.85))V\(hip)L\(x + stride) \(y)\(feet)\(limbs(x, shoulder))"/>
            """
    }

    private func limbs(_ x: Int, _ y: Int) -> String {
        switch arms {
        case .down where isSideOn: "M\(x) \(y)l\(scaled(0.03)) \(scaled(0.36))"
        case .down: "M\(x - scaled(0.17)) \(y + scaled(0.36))L\(x - scaled(0.1)) \(y)h\(scaled(0.2))l\(scaled(0.07)) \(scaled(0.36))"
        case .spread: "M\(x - scaled(0.47)) \(y)H\(x + scaled(0.47))"
        }
    }

    private func scaled(_ share: Double) -> Int { Int((Double(height) * share).rounded()) }
}
