import Access
import Base
import Factors
import Keys
import Records
import Store
import Web

/// What somebody answers when they are asked for a second factor.
package enum SecondFactorAnswer: Sendable {
    case totp(String)
    case mail(String)
    case sms(String)
    case recovery(String)
    /// `response`: what `PublicKeyCredential.toJSON()` gave.
    case passkey(ID<PasskeyCeremony>, response: JSON)

    package var method: SecondFactorMethod {
        switch self {
        case .totp: .totp
        case .mail: .mail
        case .sms: .sms
        case .recovery: .recovery
        case .passkey: .passkey
        }
    }
}

extension SecondFactors {
    /// Judges the answer of an account whose password was checked. Returns how sure it now is who they are: `.passkey` where the
    /// authenticator knew who was before it, else `.secondFactor`.
    ///
    /// Throws `Failure.secondFactorWrong` for whatever is not right, `.passkeyPossibleClone`, `Problem` 429 `too_many_tries` with
    /// `Retry-After`, and what the database and the keyring throw.
    @discardableResult
    package func verify(_ account: Identifier, _ answer: SecondFactorAnswer) async throws -> Caller.Assurance {
        switch answer {
        case .totp(let code): try await verifyAuthenticator(account, code)
        case .mail(let code): try await verifySent(.mail, account, code)
        case .sms(let code): try await verifySent(.sms, account, code)
        case .recovery(let code): try await verifyRecovery(account, code)
        case .passkey(let ceremony, let response):
            return try await finishSignIn(ceremony, response: response, of: account).isUserVerified ? .passkey : .secondFactor
        }
        return .secondFactor
    }

    /// What became of one try.
    private enum Outcome: Sendable {
        case right
        case wrong
        case wait(Duration)
    }

    /// One try out of the account's budget: `check` says in the transaction whether the answer is right, and makes it good no second time.
    /// Nothing is looked at while the account has to wait.
    func attempt(
        _ method: SecondFactorMethod, _ account: Identifier, check: @escaping @Sendable (borrowing Transaction) throws -> Bool
    ) async throws {
        let (key, now) = (try await sealingKey(of: account), world.now())
        let used = try journal.entry(.used, method, of: account, under: key)
        let refused = try journal.entry(.refused, method, of: account, under: key)
        let outcome: Outcome = try await database.write { tx in
            try Self.hold(account, tx)
            try key.requireStanding(tx)
            let tries = try FactorTries.read(account, tx)
            if let wait = tries.wait(at: now) { return .wait(wait) }
            guard try check(tx) else {
                try tries.afterWrong(at: now).write(account, tx)
                try JournalWriter.append(refused, tx)
                return .wrong
            }
            try FactorTries.forget(account, tx)
            try JournalWriter.append(used, tx)
            return .right
        }
        switch outcome {
        case .right: return
        case .wrong: throw Failure.secondFactorWrong
        case .wait(let wait): throw Problem.tooManyTries(wait)
        }
    }
}
