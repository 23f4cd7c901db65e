/// Cuts a region out of a picture, straight from the decoder's planes, as the red, green and blue numbers a network takes.
///
/// Reproduces to the bit what MediaPipe's Python sees (FFmpeg's conversion to RGB with BT.601 and nearest chroma,
/// then OpenCV's bilinear warp in steps of 1/32 pixel rounded to 8 bits), but computes only the pixels that are looked
/// at: at 1080p a fifth of the work, at 4K a twentieth, and no second copy of the picture.
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
        let tables = picture.isFullRange ? full : limited
        let (lumaTable, blueTable, redTable) = (tables.luma, tables.blue, tables.red)
        let map = picture.storedFromUpright.after(region.pictureFromUnit)
        let stepScale = Self.one / Double(side)
        let (stepXX, stepXY) = (Int((map.a * stepScale).rounded()), Int((map.c * stepScale).rounded()))
        let (stepYX, stepYY) = (map.b * stepScale, map.d * stepScale)
        let (startX, startY) = (map.x * Self.one + Self.half, map.y * Self.one + Self.half)
        let (maxX, maxY) = (picture.storedWidth - 1, picture.storedHeight - 1)
        let (shiftX, shiftY) = (picture.chromaShiftX, picture.chromaShiftY)
        let isBlack = border == .black
        let gain = SIMD4<Float>(repeating: (high - low) / 255)
        let base = SIMD4<Float>(repeating: low)
        let zero = SIMD4<Float>(repeating: 0)
        let white = SIMD4<Float>(repeating: 255)
        let share = SIMD4<Float>(repeating: 1 / 1024)
        // Sums are multiples of 1/1024: halves round up, as in integer arithmetic; adding 2²³ drops the fraction.
        let nudge = SIMD4<Float>(repeating: 1 / 4096)
        let integral = SIMD4<Float>(repeating: 8_388_608)

        @inline(__always) func tap(_ x: Int, _ lumaRow: UnsafePointer<UInt8>, _ chroma: Int) -> SIMD4<Float> {
            let at = chroma + x >> shiftX
            let value =
                lumaTable[Int(lumaRow[x])] + blueTable[Int(picture.blue[at])] + redTable[Int(picture.red[at])]
            return value.replacing(with: zero, where: value .< zero).replacing(with: white, where: value .> white)
        }

        var target = output
        for row in 0..<side {
            var fixedX = Int((startX + Double(row) * stepYX).rounded(.down))
            var fixedY = Int((startY + Double(row) * stepYY).rounded(.down))
            for _ in 0..<side {
                let (x32, y32) = (fixedX >> Self.fractionBits, fixedY >> Self.fractionBits)
                fixedX &+= stepXX
                fixedY &+= stepXY
                let (left, top) = (x32 >> 5, y32 >> 5)
                let (weightRight, weightBottom) = (Float(x32 & 31), Float(y32 & 31))
                var (weightLeft, weightTop) = (32 - weightRight, 32 - weightBottom)
                var (weightRightInside, weightBottomInside) = (weightRight, weightBottom)
                let (x0, x1) = (min(max(left, 0), maxX), min(max(left &+ 1, 0), maxX))
                let (y0, y1) = (min(max(top, 0), maxY), min(max(top &+ 1, 0), maxY))
                if isBlack {
                    if x0 != left { weightLeft = 0 }
                    if x1 != left &+ 1 { weightRightInside = 0 }
                    if y0 != top { weightTop = 0 }
                    if y1 != top &+ 1 { weightBottomInside = 0 }
                }
                let (upper, lower) = (picture.luma + y0 &* picture.lumaStride, picture.luma + y1 &* picture.lumaStride)
                let (upperChroma, lowerChroma) = (
                    (y0 >> shiftY) &* picture.chromaStride, (y1 >> shiftY) &* picture.chromaStride
                )
                let above = tap(x0, upper, upperChroma) * weightLeft + tap(x1, upper, upperChroma) * weightRightInside
                let below = tap(x0, lower, lowerChroma) * weightLeft + tap(x1, lower, lowerChroma) * weightRightInside
                let sum = (above * weightTop + below * weightBottomInside) * share
                let colour = (sum + nudge + integral - integral) * gain + base
                target[0] = colour.x
                target[1] = colour.y
                target[2] = colour.z
                target += 3
            }
        }
    }

    /// Bits below a thirty-second of a pixel.
    private static let fractionBits = 30
    private static let one = Double(32 << fractionBits)
    /// Half a thirty-second, so that shifting rounds to the nearest.
    private static let half = Double(1 << (fractionBits - 1))
}

/// What luma and each chroma value add to red, green and blue, in whole steps of 1/255, after ITU-R BT.601.
///
/// Each product is rounded down by itself in 16-bit arithmetic, as FFmpeg's converter does on x86; the fourth number is 0.
private final class ColourTables {
    let luma = UnsafeMutablePointer<SIMD4<Float>>.allocate(capacity: 256)
    let blue = UnsafeMutablePointer<SIMD4<Float>>.allocate(capacity: 256)
    let red = UnsafeMutablePointer<SIMD4<Float>>.allocate(capacity: 256)

    init(isFullRange: Bool) {
        let chromaGain = isFullRange ? 224.0 / 255 : 1
        let lumaFactor = Self.factor(isFullRange ? 1 : 255.0 / 219)
        let black = isFullRange ? 0 : 16
        let redFromRed = Self.factor(1.596027 * chromaGain)
        let greenFromRed = Self.factor(-0.812968 * chromaGain)
        let greenFromBlue = Self.factor(-0.391762 * chromaGain)
        let blueFromBlue = Self.factor(2.017232 * chromaGain)
        for value in 0..<256 {
            let grey = Self.product(lumaFactor, value - black)
            luma[value] = SIMD4(grey, grey, grey, 0)
            blue[value] = SIMD4(0, Self.product(greenFromBlue, value - 128), Self.product(blueFromBlue, value - 128), 0)
            red[value] = SIMD4(Self.product(redFromRed, value - 128), Self.product(greenFromRed, value - 128), 0, 0)
        }
    }

    deinit {
        luma.deallocate()
        blue.deallocate()
        red.deallocate()
    }

    private static func factor(_ value: Double) -> Int { Int((value * 8192).rounded()) }
    private static func product(_ factor: Int, _ value: Int) -> Float { Float((factor * value * 8) >> 16) }
}
