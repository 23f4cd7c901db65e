import Access
import Base
import Store
import Web

/// How often an account's second factor was answered wrongly of late, on all nodes together.
///
/// Five wrong answers are let pass. From the fifth on nothing is looked at for 1, 2, 4, 8 and then 15 minutes, and each quarter of an hour
/// without a wrong answer takes one off. Whoever has the password and guesses six digits without rest gets 96 tries a day, each with three
/// chances in a million: one in 3,500 a day, told in the journal every time. A right answer takes all off.
///
/// Signatures of passkeys cannot be guessed: they neither count nor wait, so that somebody who guesses codes does not lock the owner out.
struct FactorTries: Sendable, Hashable {
    static let free = 5
    static let rest: Duration = .seconds(15 * 60)
    /// After it every wrong answer is forgiven, however many they were: there are never more than `free + 4` that count.
    static let memory: Duration = .seconds(86_400)

    private(set) var wrong = 0
    private(set) var last = Instant.epoch
    private(set) var until = Instant.epoch

    /// nil where an answer is looked at now.
    func wait(at now: Instant) -> Duration? { now < until ? until - now : nil }

    /// After one more wrong answer.
    func afterWrong(at now: Instant) -> FactorTries {
        let rests = Int((now - last).wholeMicroseconds / Self.rest.wholeMicroseconds)
        var tries = self
        tries.wrong = min(max(0, wrong - max(0, rests)), Self.free + 4) + 1
        tries.last = now
        let beyond = tries.wrong - Self.free
        tries.until = beyond < 0 ? .epoch : now + min(.seconds(60 << min(beyond, 4)), Self.rest)
        return tries
    }
}

extension FactorTries {
    static func read(_ account: Identifier, _ tx: borrowing Transaction) throws -> FactorTries {
        let kept = try tx.first("SELECT wrong, last_at, until_at FROM identity_factor_tries WHERE account = \(account)") { row in
            FactorTries(wrong: try row["wrong"], last: try row["last_at"], until: try row["until_at"])
        }
        return kept ?? FactorTries()
    }

    static func forget(_ account: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute("DELETE FROM identity_factor_tries WHERE account = \(account)")
    }

    func write(_ account: Identifier, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO identity_factor_tries (account, wrong, last_at, until_at) VALUES (\(account), \(wrong), \(last), \(until))
            ON CONFLICT (account) DO UPDATE SET wrong = excluded.wrong, last_at = excluded.last_at, until_at = excluded.until_at
            """)
    }
}
