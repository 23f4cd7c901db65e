/// How the stored picture lies under the upright one that a player shows: turned, mirrored, stretched.
struct DisplayGeometry: Equatable {
    /// Of the upright picture with square pixels.
    let width: Int
    let height: Int
    /// Clockwise turn from stored to upright: 0, 90, 180 or 270.
    let rotationDegrees: Int
    /// Stored axes in upright axes: x goes to (xx, xy), y to (yx, yy); each is 0, 1 or −1.
    private let axes: (xx: Int, xy: Int, yx: Int, yy: Int)

    /// - Parameters:
    ///   - matrix: nine 16.16 and 2.30 fixed-point numbers of an ISO base media track header (ISO/IEC 14496-12, 8.3.2),
    ///     rows applied to row vectors; nil means upright. Turns between the right angles go to the nearest of them.
    ///   - pixelAspect: width over height of a stored pixel.
    init(storedWidth: Int, storedHeight: Int, matrix: [Int32]?, pixelAspect: Double) {
        var axes = (xx: 1, xy: 0, yx: 0, yy: 1)
        if let matrix, matrix.count >= 5 {
            let (a, b, c, d) = (Double(matrix[0]), Double(matrix[1]), Double(matrix[3]), Double(matrix[4]))
            let straight = abs(a) + abs(d)
            let crossed = abs(b) + abs(c)
            if straight >= crossed, a != 0, d != 0 {
                axes = (a > 0 ? 1 : -1, 0, 0, d > 0 ? 1 : -1)
            } else if crossed > straight, b != 0, c != 0 {
                axes = (0, b > 0 ? 1 : -1, c > 0 ? 1 : -1, 0)
            }
        }
        self.axes = axes
        let aspect = (0.25...4).contains(pixelAspect) ? pixelAspect : 1
        let square = max(1, Int((Double(storedWidth) * aspect).rounded()))
        (width, height) = axes.xx != 0 ? (square, storedHeight) : (storedHeight, square)
        rotationDegrees =
            switch (axes.xx, axes.xy) {
            case (1, _): 0
            case (_, 1): 90
            case (-1, _): 180
            default: 270
            }
    }

    /// Takes pixel indices of the upright picture to those of a stored picture of the given size, which may differ
    /// from the first one's where a stream changes its resolution on the way.
    func storedFromUpright(storedWidth: Int, storedHeight: Int) -> PlaneMap {
        let (squareWidth, squareHeight) = axes.xx != 0 ? (width, height) : (height, width)
        let scaleX = Double(storedWidth) / Double(squareWidth)
        let scaleY = Double(storedHeight) / Double(squareHeight)
        // The inverse of a signed permutation is its transpose; mirrored axes start from the far edge.
        let startX = axes.xx + axes.xy < 0 ? Double(squareWidth) : 0
        let startY = axes.yx + axes.yy < 0 ? Double(squareHeight) : 0
        let (a, b) = (Double(axes.xx) * scaleX, Double(axes.xy) * scaleX)
        let (c, d) = (Double(axes.yx) * scaleY, Double(axes.yy) * scaleY)
        // Pixel centres lie half a pixel beyond their index in both.
        return PlaneMap(
            a: a, b: b, x: startX * scaleX + (a + b) / 2 - 0.5,
            c: c, d: d, y: startY * scaleY + (c + d) / 2 - 0.5)
    }

    static func == (left: Self, right: Self) -> Bool {
        left.width == right.width && left.height == right.height && left.axes == right.axes
    }
}

/// An affine map of the plane: (x, y) goes to (a x + b y + this x, c x + d y + this y).
struct PlaneMap: Equatable {
    var a: Double
    var b: Double
    var x: Double
    var c: Double
    var d: Double
    var y: Double

    /// What results from applying the other map first.
    func after(_ first: PlaneMap) -> PlaneMap {
        PlaneMap(
            a: a * first.a + b * first.c, b: a * first.b + b * first.d, x: a * first.x + b * first.y + x,
            c: c * first.a + d * first.c, d: c * first.b + d * first.d, y: c * first.x + d * first.y + y)
    }
}
