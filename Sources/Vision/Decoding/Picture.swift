/// One decoded picture where the decoder left it: three planes of 8 bits, not copied, not turned, not converted.
///
/// Valid only inside the call that hands it over. Whoever looks at it samples it through `storedFromUpright`, so that
/// only the colours that are needed are ever computed.
package struct Picture {
    /// Of the upright picture with square pixels.
    package let width: Int
    package let height: Int
    let storedWidth: Int
    let storedHeight: Int
    let storedFromUpright: PlaneMap

    let luma: UnsafePointer<UInt8>
    let lumaStride: Int
    let blue: UnsafePointer<UInt8>
    let red: UnsafePointer<UInt8>
    let chromaStride: Int
    /// log2 of how many pixels share a chroma sample, in each direction: 0 or 1.
    let chromaShiftX: Int
    let chromaShiftY: Int
    /// Whether luma goes from 0 to 255 instead of from 16 to 235.
    let isFullRange: Bool

    /// Mean brightness, 0 (black) … 1 (white), over a grid of about 160 columns.
    package func meanLight() -> Double {
        let step = max(1, max(storedWidth, storedHeight) / 160)
        var sum = 0
        var count = 0
        for y in stride(from: step / 2, to: storedHeight, by: step) {
            let row = luma + y * lumaStride
            for x in stride(from: step / 2, to: storedWidth, by: step) {
                sum += Int(row[x])
                count += 1
            }
        }
        guard count > 0 else { return 0 }
        let mean = Double(sum) / Double(count)
        return isFullRange ? mean / 255 : min(1, max(0, (mean - 16) / 219))
    }
}
