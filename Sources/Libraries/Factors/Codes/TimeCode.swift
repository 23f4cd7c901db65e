import Base

/// TOTP: the code that an authenticator app shows (RFC 6238).
///
/// ```swift
/// switch code.check(entered, at: world.now(), lastUsed: account.lastUsedStep) {
/// case .accepted(let step): …        // store `step` in the same transaction, where the last used one is smaller
/// case .alreadyUsed, .wrong: …       // both count as a failed try
/// }
/// ```
package struct TimeCode: Sendable {
    /// What the app and the server agree on.
    package struct Terms: Sendable, Hashable {
        package let hash: CounterCode.Hash
        package let digits: Int
        /// How long each code lasts, in whole seconds (RFC 6238, section 5.2, recommends 30).
        package let periodSeconds: Int64

        package init(hash: CounterCode.Hash, digits: Int, periodSeconds: Int64 = 30) {
            precondition(CounterCode.digitsAllowed.contains(digits) && (1...300).contains(periodSeconds), "outside of what apps know")
            (self.hash, self.digits, self.periodSeconds) = (hash, digits, periodSeconds)
        }

        /// What every authenticator app takes.
        package static let usual = Terms(hash: .sha1, digits: 6)
        /// For apps that are known to take it.
        package static let long = Terms(hash: .sha256, digits: 8)
    }

    /// What became of a code that somebody entered.
    package enum Outcome: Sendable, Hashable {
        /// Right, in this step: the caller keeps it as the last used one, so that the code is good only once (RFC 6238, section 5.2).
        case accepted(step: Int64)
        /// Right, but used before, or older than one that was.
        case alreadyUsed(step: Int64)
        case wrong
    }

    /// RFC 4226, section 4, R6: 160 bits are recommended.
    package static let secretBytes = 20
    /// Steps before and after the present one that are accepted, for clocks that differ and codes typed late (RFC 6238, section 5.2).
    package static let steps: ClosedRange<Int64> = -1...1

    package let terms: Terms
    let secret: Secret

    /// `secret` has at least 16 bytes (RFC 4226, section 4, R6), from the world's randomness.
    package init(_ secret: Secret, _ terms: Terms = .usual) {
        precondition(secret.byteCount >= 16, "a secret that can be guessed is none")
        (self.secret, self.terms) = (secret, terms)
    }

    /// The number of the step in which a moment lies, counted from 1970.
    package func step(at moment: Instant) -> Int64 {
        let period = terms.periodSeconds * 1_000_000
        let (quotient, remainder) = moment.microseconds.quotientAndRemainder(dividingBy: period)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The digits of a step. Steps before 1970 have none, which is said with step 0.
    package func code(step: Int64) -> String {
        String(decoding: digits(step), as: UTF8.self)
    }

    /// Compares with every step of the window in the same time, whichever fits; where two fit, the later one counts. White space and
    /// hyphens between digits are passed over, as apps show codes in groups.
    package func check(_ entered: String, at moment: Instant, lastUsed: Int64?) -> Outcome {
        let candidate = EnteredDigits.read(entered, count: terms.digits)
        let now = step(at: moment)
        var found: Int64?
        for step in (now + Self.steps.lowerBound)...(now + Self.steps.upperBound) where step >= 0 {
            if ConstantTime.isEqual(digits(step), candidate ?? []) { found = step }
        }
        guard let found else { return .wrong }
        if let lastUsed, found <= lastUsed { return .alreadyUsed(step: found) }
        return .accepted(step: found)
    }

    private func digits(_ step: Int64) -> [UInt8] {
        CounterCode.code(secret, counter: UInt64(max(step, 0)), hash: terms.hash, digits: terms.digits)
    }
}

/// Digits as people type them.
enum EnteredDigits {
    /// ASCII digits alone, once white space and hyphens are gone; nil for any other count or character. Text beyond four times the
    /// count is not looked at.
    static func read(_ text: String, count: Int) -> [UInt8]? {
        guard text.utf8.count <= 4 * count else { return nil }
        var digits: [UInt8] = []
        for character in text {
            if character.isWhitespace || character == "-" { continue }
            guard let byte = character.asciiValue, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            digits.append(byte)
        }
        return digits.count == count ? digits : nil
    }
}
