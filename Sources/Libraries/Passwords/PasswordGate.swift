import Base

/// Where passwords are hashed and checked: a few threads of their own, a line before them that has an end, and the same work for an account
/// that does not exist as for one that does.
package final class PasswordGate: Sendable {
    /// What a check found.
    package enum Verdict: Sendable, Hashable {
        case wrong
        case right
        /// Right, and kept under another cost than today's: hash it anew and keep that.
        case rightButOutdated
    }

    /// What new hashes cost.
    package let cost: PasswordCost
    private let random: Randomness
    private let decoy: PasswordHash
    private let line: WorkLine

    /// Each thread keeps its block of `cost.memoryKibibytes` from its first password on. `mostWaiting` are let wait beside those being served:
    /// 200 at 25 ms on two threads are 2.5 s, after which a person tries again anyway.
    package init(
        cost: PasswordCost = .standard, random: Randomness, threads: Int = WorkLine.cores, mostWaiting: Int = 200
    ) {
        self.cost = cost
        self.random = random
        decoy = PasswordHash(decoyOf: cost, random: random)
        line = WorkLine(threads: threads, mostWaiting: mostWaiting, busy: .signInBusy) {
            HashingMemory.keepHere(kibibytes: cost.memoryKibibytes)
        }
    }

    /// What to keep of a password, as a PHC string. Whether the password will do, ask `PasswordRule` before.
    ///
    /// Throws `PasswordFault`'s failure for what is no password at all (empty, over 1,024 bytes, not UTF-8), `Failure(.overloaded, "sign_in_busy")`
    /// where too many wait, `Failure(.cancelled)` where the caller's task was cancelled before its turn.
    package func hash(_ password: Secret) async throws(Failure) -> String {
        let prepared: PreparedPassword
        do {
            prepared = try PreparedPassword(password)
        } catch {
            throw error.failure
        }
        return try await line.run { [cost, random] () throws(Failure) in
            try PasswordHash(of: prepared, cost: cost, random: random).text
        }
    }

    /// Whether the password is that of `stored`; nil for an account that does not exist, which costs the same and is `.wrong`.
    ///
    /// A stored text that cannot be read answers as if there were none: whoever must know asks `PasswordHash`. What is no password at all is
    /// `.wrong` at once, whatever is stored. Throws `sign_in_busy` and `cancelled` as `hash` does.
    package func check(_ password: Secret, against stored: String?) async throws(Failure) -> Verdict {
        guard let prepared = try? PreparedPassword(password) else { return .wrong }
        return try await line.run { [cost, decoy] () throws(Failure) in
            let known = stored.flatMap { PasswordHash($0) }
            let isRight = try (known ?? decoy).matches(prepared)
            guard let known, isRight else { return .wrong }
            return known.isOutdated(under: cost) ? .rightButOutdated : .right
        }
    }

    /// How many wait for a thread now.
    package var waitingCount: Int { line.waitingCount }
    /// How many threads are at work now.
    package var activeCount: Int { line.activeCount }
}
