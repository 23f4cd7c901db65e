/// An unsigned number of any width, most significant byte first: as much arithmetic as spoiling a signature takes.
struct WideNumber: Hashable {
    let bytes: [UInt8]

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(Array(bytes).drop { $0 == 0 }) }

    init(hexadecimal text: String) {
        let digits = Array(text).map { UInt8($0.hexDigitValue ?? 0) }
        self.init(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }

    init(_ small: UInt8) { self.init([small]) }

    /// The order of P-256 and the prime below its coordinates (SP 800-186, section 3.2.1.3).
    static let order = WideNumber(hexadecimal: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    static let prime = WideNumber(hexadecimal: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")

    static func powerOfTwo(_ exponent: Int) -> WideNumber {
        WideNumber([1 << UInt8(exponent % 8)] + [UInt8](repeating: 0, count: exponent / 8))
    }

    static func + (one: WideNumber, other: WideNumber) -> WideNumber {
        combine(one, other) { $0 + $1 + $2 }
    }

    /// Of a number that is not larger.
    static func - (one: WideNumber, other: WideNumber) -> WideNumber {
        combine(one, other) { $0 - $1 + $2 }
    }

    /// Shifted by whole bytes.
    func times256() -> WideNumber { WideNumber(bytes + [0]) }

    /// With zeros before it; nil where it does not fit.
    func padded(to count: Int) -> [UInt8]? {
        bytes.count <= count ? [UInt8](repeating: 0, count: count - bytes.count) + bytes : nil
    }

    /// Byte by byte from the last, with what is carried or borrowed.
    private static func combine(_ one: WideNumber, _ other: WideNumber, _ operation: (Int, Int, Int) -> Int) -> WideNumber {
        let count = max(one.bytes.count, other.bytes.count) + 1
        var result: [UInt8] = []
        var carried = 0
        for place in 0..<count {
            func digit(_ number: WideNumber) -> Int { place < number.bytes.count ? Int(number.bytes[number.bytes.count - 1 - place]) : 0 }
            let sum = operation(digit(one), digit(other), carried)
            result.append(UInt8(truncatingIfNeeded: sum))
            carried = sum >> 8
        }
        return WideNumber(result.reversed())
    }
}
