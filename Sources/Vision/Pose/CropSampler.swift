/// Cuts a region out of a picture, straight from the decoder's planes, as the red, green and blue numbers a network takes.
///
/// Reproduces what MediaPipe's Python sees (FFmpeg's conversion to RGB with BT.601 and nearest chroma, then OpenCV's
/// bilinear warp in steps of 1/32 pixel, rounded to 8 bits), but computes only the pixels that are looked at and makes no
/// second copy of the picture. The networks are sensitive: cutting colours off at black and white after the warp instead
/// of before already moves landmarks by up to 20 pixels.
final class CropSampler {
    /// What lies beyond the picture's edge.
    enum Border {
        case black
        case edge
    }

    private let limited = ColourTables(isFullRange: false)
    private let full = ColourTables(isFullRange: true)

    /// Writes [side × side × 3] numbers from `low` (black) to `high` (white).
    func sample(
        _ picture: Picture, _ region: CropRegion, side: Int, border: Border, low: Float, high: Float,
        into output: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { levels in
            for value in 0..<256 { levels[value] = Float(value) * ((high - low) / 255) + low }
            guard let levels = levels.baseAddress else { return }
            let walk = Walk(picture.storedFromUpright.after(region.pictureFromUnit), side: side)
            let tables = picture.isFullRange ? full : limited
            switch border {
            case .edge: Self.sample(picture, walk, tables, side: side, isBlack: false, levels, into: output)
            case .black: Self.sample(picture, walk, tables, side: side, isBlack: true, levels, into: output)
            }
        }
    }

    @inline(__always)
    private static func sample(
        _ picture: Picture, _ walk: Walk, _ tables: ColourTables, side: Int, isBlack: Bool,
        _ levels: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
    ) {
        let (lumaTable, blueTable, redTable) = (tables.luma, tables.blue, tables.red)
        let (luma, blue, red) = (picture.luma, picture.blue, picture.red)
        let (lumaStride, chromaStride) = (picture.lumaStride, picture.chromaStride)
        let (shiftX, shiftY) = (picture.chromaShiftX & 1, picture.chromaShiftY & 1)
        let (maxX, maxY) = (picture.storedWidth - 1, picture.storedHeight - 1)
        var target = output
        for row in 0..<side {
            var (fixedX, fixedY) = walk.start(ofRow: row)
            for _ in 0..<side {
                let (x32, y32) = (fixedX >> Walk.fractionBits, fixedY >> Walk.fractionBits)
                fixedX &+= walk.stepX
                fixedY &+= walk.stepY
                let (left, top) = (x32 >> 5, y32 >> 5)
                let (right, bottom) = (left &+ 1, top &+ 1)
                let (weightRight, weightBottom) = (UInt64(truncatingIfNeeded: x32 & 31), UInt64(truncatingIfNeeded: y32 & 31))
                let (weightLeft, weightTop) = (32 &- weightRight, 32 &- weightBottom)
                let (x0, x1) = (min(max(left, 0), maxX), min(max(right, 0), maxX))
                let (y0, y1) = (min(max(top, 0), maxY), min(max(bottom, 0), maxY))
                let (upper, lower) = (luma + y0 &* lumaStride, luma + y1 &* lumaStride)
                let (c0, c1) = (x0 &>> shiftX, x1 &>> shiftX)
                let (upperChroma, lowerChroma) = ((y0 &>> shiftY) &* chromaStride, (y1 &>> shiftY) &* chromaStride)
                var a = lumaTable[Int(upper[x0])] &+ blueTable[Int(blue[upperChroma &+ c0])] &+ redTable[Int(red[upperChroma &+ c0])]
                var b = lumaTable[Int(upper[x1])] &+ blueTable[Int(blue[upperChroma &+ c1])] &+ redTable[Int(red[upperChroma &+ c1])]
                var c = lumaTable[Int(lower[x0])] &+ blueTable[Int(blue[lowerChroma &+ c0])] &+ redTable[Int(red[lowerChroma &+ c0])]
                var d = lumaTable[Int(lower[x1])] &+ blueTable[Int(blue[lowerChroma &+ c1])] &+ redTable[Int(red[lowerChroma &+ c1])]
                if isBlack {
                    let (isLeftOut, isRightOut, isTopOut, isBottomOut) = (x0 != left, x1 != right, y0 != top, y1 != bottom)
                    if isLeftOut || isTopOut { a = ColourTables.black }
                    if isRightOut || isTopOut { b = ColourTables.black }
                    if isLeftOut || isBottomOut { c = ColourTables.black }
                    if isRightOut || isBottomOut { d = ColourTables.black }
                }
                if ColourTables.needsCutting(a, b, c, d) {
                    (a, b, c, d) = (ColourTables.cut(a), ColourTables.cut(b), ColourTables.cut(c), ColourTables.cut(d))
                }
                let above = a &* weightLeft &+ b &* weightRight
                let below = c &* weightLeft &+ d &* weightRight
                let sum = above &* weightTop &+ below &* weightBottom
                target[0] = levels[ColourTables.level(sum, 0)]
                target[1] = levels[ColourTables.level(sum, 1)]
                target[2] = levels[ColourTables.level(sum, 2)]
                target += 3
            }
        }
    }

    /// The way over the stored picture, in fixed-point numbers so that it is the same on every processor.
    private struct Walk {
        /// Bits below a thirty-second of a pixel.
        static let fractionBits = 30
        let stepX: Int
        let stepY: Int
        private let map: PlaneMap
        private let rowScale: Double

        init(_ map: PlaneMap, side: Int) {
            self.map = map
            rowScale = Self.one / Double(side)
            stepX = Int((map.a * rowScale).rounded())
            stepY = Int((map.c * rowScale).rounded())
        }

        func start(ofRow row: Int) -> (Int, Int) {
            (
                Int((map.x * Self.one + Double(row) * map.b * rowScale).rounded(.down)) + Self.half,
                Int((map.y * Self.one + Double(row) * map.d * rowScale).rounded(.down)) + Self.half
            )
        }

        private static let one = Double(32 << fractionBits)
        /// Half a thirty-second, so that cutting off the fraction rounds to the nearest.
        private static let half = 1 << (fractionBits - 1)
    }
}

/// What luma and each chroma value add to red, green and blue, in whole steps of 1/255, after ITU-R BT.601.
///
/// Each product is rounded down by itself in 16-bit arithmetic, as FFmpeg's converter does on x86. The three numbers
/// stand side by side in 64 bits, 21 bits apart, luma's with 512 added so that no sum of the three is negative; weighted
/// with 1024ths in all, the largest takes 20 bits.
private final class ColourTables {
    let luma = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
    let blue = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
    let red = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)

    private static let bias = 512
    static let black = packed(bias, bias, bias)
    /// The bits of each number that are those of the bias as long as the colour is within 0 … 255.
    private static let beyond = packed(0x1F_FF00, 0x1F_FF00, 0x1F_FF00)

    /// Whether a colour of any of the four is below black or above white.
    @inline(__always)
    static func needsCutting(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> Bool {
        ((a ^ black) | (b ^ black) | (c ^ black) | (d ^ black)) & beyond != 0
    }

    /// The same colour with each part brought into 0 … 255.
    static func cut(_ colour: UInt64) -> UInt64 {
        func part(_ index: UInt64) -> Int {
            let value = Int(truncatingIfNeeded: (colour &>> (21 &* index)) & 0x1F_FFFF)
            return min(max(value, bias), bias + 255)
        }
        return packed(part(0), part(1), part(2))
    }

    /// The level 0 … 255 of a colour (0 red, 1 green, 2 blue) in a sum of packed numbers whose weights are 1024 in all.
    @inline(__always)
    static func level(_ sum: UInt64, _ colour: UInt64) -> Int {
        let value = Int(truncatingIfNeeded: (sum &>> (21 &* colour)) & 0x1F_FFFF)
        return (value &- bias &* 1024 &+ 512) &>> 10
    }

    init(isFullRange: Bool) {
        let chromaGain = isFullRange ? 224.0 / 255 : 1
        let lumaFactor = Self.factor(isFullRange ? 1 : 255.0 / 219)
        let black = isFullRange ? 0 : 16
        let redFromRed = Self.factor(1.596027 * chromaGain)
        let greenFromRed = Self.factor(-0.812968 * chromaGain)
        let greenFromBlue = Self.factor(-0.391762 * chromaGain)
        let blueFromBlue = Self.factor(2.017232 * chromaGain)
        for value in 0..<256 {
            let grey = Self.product(lumaFactor, value - black) + Self.bias
            luma[value] = Self.packed(grey, grey, grey)
            blue[value] = Self.packed(
                0, Self.product(greenFromBlue, value - 128), Self.product(blueFromBlue, value - 128))
            red[value] = Self.packed(
                Self.product(redFromRed, value - 128), Self.product(greenFromRed, value - 128), 0)
        }
    }

    deinit {
        luma.deallocate()
        blue.deallocate()
        red.deallocate()
    }

    /// Negative numbers borrow from the next; the sum of all three parts is right again.
    private static func packed(_ red: Int, _ green: Int, _ blue: Int) -> UInt64 {
        UInt64(bitPattern: Int64(red &+ green << 21 &+ blue << 42))
    }

    private static func factor(_ value: Double) -> Int { Int((value * 8192).rounded()) }
    private static func product(_ factor: Int, _ value: Int) -> Int { (factor * value * 8) >> 16 }
}
