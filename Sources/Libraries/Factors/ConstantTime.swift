import Base

extension ConstantTime {
    /// The same over arrays.
    static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.withUnsafeBytes { one in other.withUnsafeBytes { isEqual(one, $0) } }
    }
}
