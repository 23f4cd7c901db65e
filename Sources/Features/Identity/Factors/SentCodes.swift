import Access
import Base
import Crypto
import Factors
import Foundation
import Keys
import Records
import Runtime
import Store
import Web

/// What a sent code is good for.
enum SentCodePurpose: String, Sendable, SQLBindable {
    case mail = "sign_in_mail"
    case sms = "sign_in_sms"
    case mailSetup = "setup_mail"
    case phoneSetup = "setup_phone"

    var method: SecondFactorMethod {
        switch self {
        case .mail, .mailSetup: .mail
        case .sms, .phoneSetup: .sms
        }
    }
}

/// What became of a code that was typed back.
enum SentCodeVerdict: Sendable, Hashable {
    case right, wrong
    /// Its time or its tries are over, or none was sent.
    case over
}

/// A code that was made and not yet written down.
struct FreshCode: Sendable {
    let code: OneTimeCode
    let id: ID<FreshCode>
    let account: Identifier
    let purpose: SentCodePurpose
    let pending: PendingCode
    let at: Instant

    static let pause: Duration = .seconds(30)
    static let window: Duration = .seconds(3_600)
    static let mostInWindow = 5

    /// How long to wait before another may be sent to the account, whichever way; nil where it may go now. Forgets what is older than that.
    static func wait(_ account: Identifier, at now: Instant, _ tx: borrowing Transaction) throws -> Duration? {
        try tx.execute("DELETE FROM identity_sent_codes WHERE account = \(account) AND sent_at <= \(now - window)")
        let sent = try tx.rows(
            "SELECT sent_at FROM identity_sent_codes WHERE account = \(account) ORDER BY sent_at DESC LIMIT \(mostInWindow)"
        ) { try $0["sent_at"] as Instant }
        guard let newest = sent.first, let oldest = sent.last else { return nil }
        let due = max(newest + pause, sent.count < mostInWindow ? .earliest : oldest + window)
        return now < due ? due - now : nil
    }

    /// In place of any that was sent for the same before. Returns how long to wait instead, where too many were sent.
    func put(_ tx: borrowing Transaction) throws -> Duration? {
        if let wait = try Self.wait(account, at: at, tx) { return wait }
        try tx.execute("UPDATE identity_sent_codes SET tries_left = 0 WHERE account = \(account) AND purpose = \(purpose)")
        try tx.execute(
            """
            INSERT INTO identity_sent_codes (id, account, purpose, digest, sent_at, expires_at, tries_left)
            VALUES (\(id), \(account), \(purpose), \(pending.digest), \(at), \(pending.expires), \(pending.triesLeft))
            """)
        return nil
    }

    /// It did not go out: nobody can type it.
    func end(_ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE identity_sent_codes SET tries_left = 0 WHERE id = \(id)")
    }
}

extension SecondFactors {
    /// Under this key a code's digest says nothing to whoever reads the table or a backup: it is in the folder of keys alone.
    private func codeKey() async throws -> Secret {
        let search = try await host.keyring.searchKey(of: IdentityFeature.organisation.text)
        return search.derived(for: "one-time codes").withUnsafeBytes { Secret(bytes: $0) }
    }

    /// `address`: where it goes, so that a code sent to the former one is not good for the next.
    func freshCode(_ purpose: SentCodePurpose, for account: Identifier, to address: String) async throws -> FreshCode {
        let (code, id, now) = (OneTimeCode(from: world.random), world.id(of: FreshCode.self), world.now())
        let context = Self.context(purpose, account, address, id)
        return FreshCode(
            code: code, id: id, account: account, purpose: purpose,
            pending: PendingCode(code, for: context, under: try await codeKey(), at: now), at: now)
    }

    private static func context(
        _ purpose: SentCodePurpose, _ account: Identifier, _ address: String, _ id: ID<FreshCode>
    ) -> OneTimeCode.Context {
        OneTimeCode.Context(purpose: purpose.rawValue, account: account.text, address: address, ceremony: id.description)
    }

    /// Compares with the newest code that was sent for the purpose, and counts the try; to be called in a transaction that holds the
    /// account. A right one is good no second time.
    func sentCodeCheck(
        _ purpose: SentCodePurpose, _ account: Identifier, _ entered: String, sentTo address: String
    ) async throws -> @Sendable (borrowing Transaction) throws -> SentCodeVerdict {
        let (key, now) = (try await codeKey(), world.now())
        return { tx in
            let kept = try tx.first(
                """
                SELECT id, digest, expires_at, tries_left FROM identity_sent_codes
                WHERE account = \(account) AND purpose = \(purpose) ORDER BY sent_at DESC, id DESC LIMIT 1
                """
            ) { row in
                (
                    id: try row["id"] as ID<FreshCode>,
                    code: PendingCode(digest: try row["digest"], expires: try row["expires_at"], triesLeft: try row["tries_left"])
                )
            }
            guard let kept else { return .over }
            let left: Int
            let verdict: SentCodeVerdict
            switch kept.code.check(entered, for: Self.context(purpose, account, address, kept.id), under: key, at: now) {
            case .expired, .exhausted: return .over
            case .malformed: return .wrong
            case .accepted: (left, verdict) = (0, .right)
            case .wrong(let triesLeft): (left, verdict) = (triesLeft, .wrong)
            }
            try tx.execute("UPDATE identity_sent_codes SET tries_left = \(left) WHERE id = \(kept.id)")
            return verdict
        }
    }

    /// A code for signing in. A number that is not the account's any more makes it wrong.
    func verifySent(_ purpose: SentCodePurpose, _ account: Identifier, _ entered: String) async throws {
        let address = purpose == .sms ? try await phone(of: account)?.text : ""
        let check = try await sentCodeCheck(purpose, account, entered, sentTo: address ?? "")
        try await attempt(purpose.method, account) { tx in
            guard address != nil else { return false }
            return try check(tx) == .right
        }
    }
}
