import Access
import Base
import Factors
import Keys
import Records
import Runtime
import Store
import Web

/// What is sealed of a telephone.
private struct PhoneContent: Codable {
    let number: String
}

/// Nothing is: the address is the account's.
private struct MailContent: Codable {}

/// Codes by mail. The address is the account's own, and whoever changes it calls `FactorTables.endCodes` in the same transaction.
extension SecondFactors {
    /// Sends a code to sign in with. `address` is the account's, known to be its own.
    ///
    /// Throws `Failure.factorNotOffered` where mail is not one of the account's methods, and `Problem` 429 `too_many_codes`: at most five codes
    /// an hour, and one in 30 seconds, mail and text messages together.
    package func mailCode(to address: MailAddress, in language: Language, for account: Identifier) async throws {
        guard try await state(of: account).methods.contains(.mail) else { throw Failure.factorNotOffered }
        try await mail(.mail, to: address, in: language, for: account)
    }

    /// Sends the code that makes mail one of the account's methods (`confirmMail`). Throws as `mailCode`.
    package func beginMail(to address: MailAddress, in language: Language, for account: Identifier) async throws {
        guard MailOutbox(host).isConfigured else { throw Failure.factorNotOffered }
        let (fresh, letter) = try await letter(.mailSetup, to: address, in: language, for: account)
        try await prepareSending(MailContent(), .mail, fresh) { tx in try letter.post(tx) }
    }

    /// Throws `Failure.factorCodeWrong`, `.factorSetupOver`.
    package func confirmMail(of account: Identifier, code: String) async throws {
        try await confirmSent(.mailSetup, of: account, code: code) { _ in "" }
    }

    /// `actor`: who does it, where it is not the account itself. Throws `Failure.factorNotFound`.
    package func removeMail(of account: Identifier, by actor: Identifier? = nil) async throws {
        try await remove(.mail, of: account, by: actor)
    }

    private func mail(_ purpose: SentCodePurpose, to address: MailAddress, in language: Language, for account: Identifier) async throws {
        let (fresh, letter) = try await letter(purpose, to: address, in: language, for: account)
        let wait: Duration? = try await database.write { tx in
            try Self.hold(account, tx)
            if let wait = try fresh.put(tx) { return wait }
            try letter.post(tx)
            return nil
        }
        if let wait { throw Problem.tooManyCodes(wait) }
    }

    private func letter(
        _ purpose: SentCodePurpose, to address: MailAddress, in language: Language, for account: Identifier
    ) async throws -> (FreshCode, Letter) {
        let fresh = try await freshCode(purpose, for: account, to: "")
        let message = try CodeMessage.mail(fresh.code, to: address, in: language, from: relyingParty, world)
        return (fresh, try await MailOutbox(host).letter(message, about: account, in: IdentityFeature.organisation))
    }
}

/// Codes by text message.
extension SecondFactors {
    /// Sends a code to sign in with to the telephone that was confirmed. Throws as `mailCode`, and `Failure.smsNotSent`.
    package func textCode(in language: Language, for account: Identifier) async throws {
        guard let sms, let number = try await phone(of: account) else { throw Failure.factorNotOffered }
        let fresh = try await freshCode(.sms, for: account, to: number.text)
        let wait = try await database.write { tx in
            try Self.hold(account, tx)
            return try fresh.put(tx)
        }
        if let wait { throw Problem.tooManyCodes(wait) }
        try await send(fresh, to: number, in: language, by: sms)
    }

    /// Sends the code that makes a telephone count (`confirmPhone`), in place of any that stood. Throws `Failure.phoneNumber`, and as
    /// `textCode`.
    package func beginPhone(_ typed: String, in language: Language, for account: Identifier) async throws {
        guard let sms else { throw Failure.factorNotOffered }
        guard let number = PhoneNumber(typed) else { throw Failure.phoneNumber }
        let fresh = try await freshCode(.phoneSetup, for: account, to: number.text)
        try await prepareSending(PhoneContent(number: number.text), .sms, fresh)
        try await send(fresh, to: number, in: language, by: sms)
    }

    /// Throws `Failure.factorCodeWrong`, `.factorSetupOver`.
    package func confirmPhone(of account: Identifier, code: String) async throws {
        try await confirmSent(.phoneSetup, of: account, code: code) { pending in
            guard let keys = try await keys(of: account) else { throw Failure.factorSetupOver }
            return try Self.number(pending, keys).text
        }
    }

    /// `actor`: who does it, where it is not the account itself. Throws `Failure.factorNotFound`.
    package func removePhone(of account: Identifier, by actor: Identifier? = nil) async throws {
        try await remove(.sms, of: account, by: actor)
    }

    /// The telephone that was confirmed; nil where there is none.
    package func phone(of account: Identifier) async throws -> PhoneNumber? {
        guard let standing = try await factor(.sms, .standing, of: account), let keys = try await keys(of: account) else { return nil }
        return try Self.number(standing, keys)
    }

    private static func number(_ row: FactorRow, _ keys: SubjectKeys) throws -> PhoneNumber {
        let content: PhoneContent = try FactorRow.body(.sms, row.id).open(row.body, by: keys)
        guard let number = PhoneNumber(content.number) else { throw Failure.factorUnreadable }
        return number
    }

    /// After the commit, since a message cannot be taken back. One that did not go out is good for nothing, and counts all the same.
    private func send(_ fresh: FreshCode, to number: PhoneNumber, in language: Language, by sms: SMSSender) async throws {
        do {
            try await sms.send(number, CodeMessage.text(fresh.code, in: language, from: relyingParty))
        } catch {
            host.log.warning("text message not sent", ["failure": .error(error)])
            try await database.write { tx in try fresh.end(tx) }
            throw Failure.smsNotSent
        }
    }
}

extension SecondFactors {
    /// What is set up and the code that confirms it, in one transaction.
    private func prepareSending(
        _ content: some Encodable, _ method: SecondFactorMethod, _ fresh: FreshCode,
        also: @escaping @Sendable (borrowing Transaction) throws -> Void = { _ in }
    ) async throws {
        do {
            try await prepare(content, method, for: fresh.account) { tx in
                if let wait = try fresh.put(tx) { throw TooManyCodes(wait: wait) }
                try also(tx)
            }
        } catch let refused as TooManyCodes {
            throw Problem.tooManyCodes(refused.wait)
        }
    }

    private func confirmSent(
        _ purpose: SentCodePurpose, of account: Identifier, code: String, address: (FactorRow) async throws -> String
    ) async throws {
        guard let pending = try await factor(purpose.method, .pending, of: account) else { throw Failure.factorSetupOver }
        let check = try await sentCodeCheck(purpose, account, code, sentTo: try await address(pending))
        switch try await confirm(pending, purpose.method, of: account, check: check) {
        case .right: return
        case .wrong: throw Failure.factorCodeWrong
        case .over: throw Failure.factorSetupOver
        }
    }
}

/// Thrown to undo what was begun with a code that may not be sent.
private struct TooManyCodes: Error {
    let wait: Duration
}
