/// Comparisons whose time tells nothing of what is compared.
package enum ConstantTime {
    /// Takes as long for a wrong first byte as for a wrong last one; only different lengths are told at once.
    ///
    /// Not inlined, so that the compiler cannot see what the caller does with the answer and stop early.
    @inline(never)
    package static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }

    /// The same over arrays.
    package static func isEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.withUnsafeBytes { one in other.withUnsafeBytes { isEqual(one, $0) } }
    }
}
