/// The binary form of NUMERIC: what sums of whole numbers give. Source: `numeric_send` of PostgreSQL: count of digits,
/// weight of the first, sign, scale, then digits to the base 10,000, each in 16 bits.
package enum WholeNumeric {
    /// nil where the number is not whole, does not fit 64 bits, or is none at all.
    package static func value(of bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= 8 else { return nil }
        func word(_ index: Int) -> Int { Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))) }
        let count = word(0)
        let weight = Int(Int16(truncatingIfNeeded: word(1)))
        let sign = word(2)
        guard bytes.count == 8 + 2 * count, sign == 0 || sign == 0x4000 else { return nil }
        // 10,000^5 is beyond 64 bits.
        guard count == 0 || (0...4).contains(weight) else { return nil }
        var whole: Int64 = 0
        for place in 0..<max(count, weight + 1) {
            let digit = place < count ? Int64(word(4 + place)) : 0
            guard digit < 10_000 else { return nil }
            guard place <= weight else {
                // After the point: only zeros make it whole.
                if digit != 0 { return nil }
                continue
            }
            let (product, overflows) = whole.multipliedReportingOverflow(by: 10_000)
            let (sum, overflowsToo) = product.subtractingReportingOverflow(digit)
            if overflows || overflowsToo { return nil }
            whole = sum
        }
        guard sign == 0 else { return whole }
        return whole == .min ? nil : -whole
    }
}
