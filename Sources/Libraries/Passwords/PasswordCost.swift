/// What one guess costs whoever has stolen the table: the parameters of Argon2id (RFC 9106, section 3.1).
package struct PasswordCost: Sendable, Hashable {
    package let memoryKibibytes: Int
    /// Passes over the memory (t).
    package let passes: Int
    /// How many could work on one hash at a time (p). Here one thread does it all, so that more lanes win nothing.
    package let lanes: Int

    /// 19 MiB, two passes, one lane: what the OWASP Password Storage Cheat Sheet asks for at least. About 25 ms of CPU (docs/passwords.md).
    package static let standard = PasswordCost(checked: 19_456, 2, 1)
    /// Protects nothing; for tests, in which a password is hashed a thousand times.
    package static let smallest = PasswordCost(checked: 8, 1, 1)

    /// 128 MiB: a stored text that asks for more is no password of ours.
    package static let mostMemoryKibibytes = 131_072
    package static let mostPasses = 16
    package static let mostLanes = 16
    /// Memory times passes: some two seconds of CPU.
    package static let mostWork = 1_048_576

    /// nil beyond the bounds, or for less than the 8 KiB a lane that the algorithm needs.
    package init?(memoryKibibytes: Int, passes: Int, lanes: Int) {
        guard (1...Self.mostPasses).contains(passes), (1...Self.mostLanes).contains(lanes),
            (8 * lanes...Self.mostMemoryKibibytes).contains(memoryKibibytes), memoryKibibytes * passes <= Self.mostWork
        else { return nil }
        self.init(checked: memoryKibibytes, passes, lanes)
    }

    private init(checked memoryKibibytes: Int, _ passes: Int, _ lanes: Int) {
        self.memoryKibibytes = memoryKibibytes
        self.passes = passes
        self.lanes = lanes
    }
}
