/// The `d` of an SVG path, in whole units and relative steps: a third of the bytes of absolute coordinates.
struct PathData {
    private(set) var text = ""
    private var x = 0
    private var y = 0

    /// A stroke through the points; a single one becomes a dot as wide as the stroke.
    mutating func polyline(_ points: [(Double, Double)]) {
        guard let first = points.first else { return }
        move(to: first)
        if points.count == 1 {
            text += "h1"
            x += 1
        } else {
            text += "l"
            var isFirst = true
            for point in points.dropFirst() {
                let next = (Int(point.0.rounded()), Int(point.1.rounded()))
                append(next.0 - x, afterNumber: !isFirst)
                append(next.1 - y, afterNumber: true)
                (x, y) = next
                isFirst = false
            }
        }
    }

    mutating func close() { text += "z" }

    /// From the top to the bottom of the 1000 units.
    mutating func rectangle(from left: Double, to right: Double) {
        move(to: (left, 0))
        text += "H\(Int(right.rounded()))V1000H\(x)z"
    }

    private mutating func move(to point: (Double, Double)) {
        (x, y) = (Int(point.0.rounded()), Int(point.1.rounded()))
        text += "M\(x) \(y)"
    }

    private mutating func append(_ step: Int, afterNumber: Bool) {
        if afterNumber, step >= 0 { text += " " }
        text += String(step)
    }
}
