import Base
import Store

/// Whether two lists of rows are the same, in whatever order they come, in memory of one size: sums of keyed hashes, one for each
/// block of 4,096 entries.
///
/// The key is this process's own chance, so nobody can prepare rows whose sums agree; two lists that differ have the same sum
/// once in 2⁶⁴.
struct RowSums: Sendable {
    /// Rows of a block: numbers that share all but their last twelve bits.
    static let rowsInBlock = 4_096
    /// From the sixteen-millionth entry on, blocks share a sum.
    private static let count = 4_096

    private var sums = [UInt64](repeating: 0, count: count)

    static func term(_ subject: UnsafeRawBufferPointer, of entry: Int64, in tenant: UnsafeRawBufferPointer) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(entry)
        hasher.combine(subject.count)
        hasher.combine(bytes: subject)
        hasher.combine(bytes: tenant)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    static func term(position: Int64, of entry: Int64) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(entry)
        hasher.combine(position)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    mutating func add(_ term: UInt64, at number: Int64) {
        sums[Self.sum(of: number)] &+= term
    }

    mutating func add(_ other: RowSums) {
        for place in sums.indices { sums[place] &+= other.sums[place] }
    }

    /// Whether both had the same rows in the block of this entry, and in those that share its sum.
    func agrees(with other: RowSums, at number: Int64) -> Bool {
        sums[Self.sum(of: number)] == other.sums[Self.sum(of: number)]
    }

    func agrees(with other: RowSums) -> Bool { sums == other.sums }

    /// The numbers of the block that this one is in.
    static func block(of number: Int64) -> ClosedRange<Int64> {
        let first = number & ~Int64(rowsInBlock - 1)
        return first...first | Int64(rowsInBlock - 1)
    }

    private static func sum(of number: Int64) -> Int { Int(truncatingIfNeeded: number >> 12) & (count - 1) }
}
