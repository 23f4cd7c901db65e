import Base
import Crypto
import Foundation

/// Six digits that are sent by mail or SMS and typed back within minutes.
package struct OneTimeCode: Sendable {
    package static let digits = 6

    private let characters: Secret

    /// Each of the 1,000,000 codes is as likely as any other: a draw that would favour some is drawn again.
    package init(from random: Randomness) {
        var random = random
        var number = random.next(upperBound: 1_000_000 as UInt64)
        var code = [UInt8](repeating: UInt8(ascii: "0"), count: Self.digits)
        for place in code.indices.reversed() {
            code[place] += UInt8(number % 10)
            number /= 10
        }
        characters = Secret(code)
    }

    /// As somebody typed it, white space and hyphens passed over; nil for anything but six ASCII digits.
    package init?(entered text: String) {
        guard let digits = EnteredDigits.read(text, count: Self.digits) else { return nil }
        characters = Secret(digits)
    }

    /// What the message says.
    package var text: Secret { characters }

    /// HMAC-SHA-256 over what the code is for and the code. Keyed, for a million codes are tried in a second: whoever reads the table, or
    /// a backup of it, learns nothing without the key, which is not in it.
    func digest(_ context: Context, under key: Secret) -> [UInt8] {
        var frame = FramedFields()
        frame.append("zancada one-time code")
        frame.append(context.purpose)
        frame.append(context.account)
        frame.append(context.address)
        frame.append(context.ceremony)
        characters.withExposedBytes { frame.append($0) }
        return key.withExposedBytes { Array(HMAC<SHA256>.authenticationCode(for: frame.bytes, using: SymmetricKey(data: $0))) }
    }

    /// What a code is good for and nothing else.
    package struct Context: Sendable, Hashable {
        /// `sign_in`, `verify_address` …
        package let purpose: String
        /// Whose it is.
        package let account: String
        /// Where it was sent: a code sent to the old address is not good for the new one.
        package let address: String
        /// The attempt to which it belongs, so that a code is not good for another that runs beside it.
        package let ceremony: String

        package init(purpose: String, account: String, address: String, ceremony: String) {
            (self.purpose, self.account, self.address, self.ceremony) = (purpose, account, address, ceremony)
        }
    }
}

/// A code that was sent and not yet typed back, as the caller's table holds it.
package struct PendingCode: Sendable, Hashable {
    /// 600 seconds and 5 tries: one guess in 200,000 hits (NIST SP 800-63B, section 5.1.3.2, allows 10 minutes).
    package static let usualLife = Duration.seconds(600)
    package static let usualTries = 5

    package let digest: [UInt8]
    package let expires: Instant
    package let triesLeft: Int

    /// Of a code that is sent now.
    package init(
        _ code: OneTimeCode, for context: OneTimeCode.Context, under key: Secret, at now: Instant, life: Duration = usualLife,
        tries: Int = usualTries
    ) {
        precondition(key.byteCount >= 32 && life > .zero && tries > 0, "a key of 256 bits, some time and a try")
        self.init(digest: code.digest(context, under: key), expires: now + life, triesLeft: tries)
    }

    /// From the table.
    package init(digest: [UInt8], expires: Instant, triesLeft: Int) {
        (self.digest, self.expires, self.triesLeft) = (digest, expires, triesLeft)
    }

    /// What became of a code that somebody entered.
    package enum Outcome: Sendable, Hashable {
        /// Right: the caller deletes the row in the same transaction.
        case accepted
        /// Wrong. The caller stores what is left in the same transaction, and only where the row still holds what was read, so that tries at the
        /// same moment are all counted.
        case wrong(triesLeft: Int)
        /// Its time is over, whether it was right or not.
        case expired
        /// Nothing more is compared: a new code has to be sent.
        case exhausted
        /// Not six digits: a slip of the finger, which costs no try and tells nothing.
        case malformed
    }

    /// Pure: nothing changes but in the caller's table. `expires` is the first moment at which the code is no longer good.
    package func check(_ entered: String, for context: OneTimeCode.Context, under key: Secret, at now: Instant) -> Outcome {
        guard now < expires else { return .expired }
        guard triesLeft > 0 else { return .exhausted }
        guard let code = OneTimeCode(entered: entered) else { return .malformed }
        return ConstantTime.isEqual(code.digest(context, under: key), digest) ? .accepted : .wrong(triesLeft: triesLeft - 1)
    }
}
