extension [UInt8] {
    /// Appends a number with a fixed count of decimals, as ASCII: for JSON and for tables.
    ///
    /// The same bytes on every machine: the shortest decimal that reads back as `value` is rounded, half away from
    /// zero, so that 2.675 with two decimals is 2.68. Zero is never negative. Any finite size; at most 20 decimals.
    ///
    /// Returns false, and appends nothing, where `value` is not finite. Cost: 15 ns, a microsecond within a few
    /// units in the last place of a tie or beyond 10¹⁵ units of the last decimal.
    @discardableResult
    package mutating func append(decimal value: Double, decimals: Int) -> Bool {
        precondition((0...20).contains(decimals))
        guard value.isFinite else { return false }
        let scaled = value.magnitude * powersOfTen[decimals]
        let below = scaled.rounded(.down)
        // `scaled` is off by at most one unit in the last place each for the product and for the shortest decimal.
        guard scaled < 1e15, ((scaled - below) - 0.5).magnitude > 4 * scaled.ulp else {
            appendSlowly(value, decimals: decimals)
            return true
        }
        append(units: UInt64(scaled - below > 0.5 ? below + 1 : below), decimals: decimals, isNegative: value < 0)
        return true
    }

    /// Appends `units` × 10^−decimals.
    private mutating func append(units: UInt64, decimals: Int, isNegative: Bool) {
        // 20 digits of a 64-bit number, or a zero, a point and 20 decimals; and the sign.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { text in
            var at = text.count
            var rest = units
            var written = 0
            repeat {
                if written == decimals, decimals > 0 {
                    at -= 1
                    text[at] = UInt8(ascii: ".")
                }
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                at -= 1
                text[at] = UInt8(ascii: "0") + UInt8(digit)
                rest = quotient
                written += 1
            } while rest > 0 || written <= decimals
            if isNegative, units > 0 {
                at -= 1
                text[at] = UInt8(ascii: "-")
            }
            append(contentsOf: UnsafeMutableBufferPointer(rebasing: text[at...]))
        }
    }

    /// By the digits of the shortest decimal.
    private mutating func appendSlowly(_ value: Double, decimals: Int) {
        var (digits, point) = value.magnitude.shortestDecimal
        // Digits that stay: those before the point, and `decimals` behind it.
        let kept = point + decimals
        if kept < 0 {
            digits = []
        } else if kept < digits.count {
            let roundsUp = digits[kept] >= 5
            digits.removeSubrange(kept...)
            if roundsUp {
                var at = kept - 1
                while at >= 0, digits[at] == 9 {
                    digits[at] = 0
                    at -= 1
                }
                if at >= 0 {
                    digits[at] += 1
                } else {
                    digits.insert(1, at: 0)
                    point += 1
                }
            }
        }
        if value < 0, digits.contains(where: { $0 > 0 }) { append(UInt8(ascii: "-")) }
        if point <= 0 { append(UInt8(ascii: "0")) }
        for position in 0..<Swift.max(point, 0) { append(digit: position, of: digits) }
        guard decimals > 0 else { return }
        append(UInt8(ascii: "."))
        for position in point..<(point + decimals) { append(digit: position, of: digits) }
    }

    private mutating func append(digit position: Int, of digits: [UInt8]) {
        append(UInt8(ascii: "0") + (digits.indices.contains(position) ? digits[position] : 0))
    }
}

extension Double {
    /// The digits of the shortest decimal that reads back as this (finite, not negative), without leading zeros,
    /// and where the point stands among them: 0.0125 is [1, 2, 5] with the point at −1.
    fileprivate var shortestDecimal: (digits: [UInt8], point: Int) {
        let parts = description.utf8.split(separator: UInt8(ascii: "e"), maxSplits: 1)
        var digits: [UInt8] = []
        var point: Int?
        for byte in parts[0] {
            if byte == UInt8(ascii: ".") { point = digits.count } else { digits.append(byte - UInt8(ascii: "0")) }
        }
        let exponent = parts.count > 1 ? Int(String(Substring(parts[1]))) ?? 0 : 0
        let zeros = digits.prefix { $0 == 0 }.count
        return (Array(digits.dropFirst(zeros)), (point ?? digits.count) + exponent - zeros)
    }
}

private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
]
