import Access
import Base
import Keys
import Passwords
import Records
import Runtime
import Store
import Web

/// From an address and a password to a session; where a second factor is set up, to the question for it.
///
/// Whether there is such an account, nobody learns: an address that nobody has costs the same hash, counts against the same budget and gets
/// the same answer as a wrong password.
package struct SignIn: Sendable {
    let host: FeatureHost
    let accounts: AccountStore
    let sessions: SessionStore
    let keys: IdentityKeys
    let gate: PasswordGate
    let attempts: AttemptBudget
    let factors: SecondFactorPort

    /// What somebody who wants to come in sends.
    package struct Ask: Sendable {
        package var address: String
        package var password: Secret
        /// In which organisation; nil: their first one.
        package var organisation: Identifier?
        package var kind: Session.Kind
        /// What the browser or the program calls itself.
        package var device: String
        package var peer: String
        /// The cookie of a device on which they signed in before.
        package var knownDevice: String?

        package init(
            address: String, password: Secret, organisation: Identifier? = nil, kind: Session.Kind, device: String, peer: String,
            knownDevice: String? = nil
        ) {
            self.address = address
            self.password = password
            self.organisation = organisation
            self.kind = kind
            self.device = device
            self.peer = peer
            self.knownDevice = knownDevice
        }
    }

    /// What came of it.
    package enum Outcome: Sendable {
        case opened(Session, Caller)
        /// They have a second factor: what they show next to the answer, and by which means they can give it.
        case secondFactor(pending: String, methods: [String])
    }

    /// Throws `Failure(.unauthenticated, "sign_in_failed")` for a wrong address or password alike, `Problem(.tooMany)` where they were wrong
    /// too often, `Failure(.overloaded)` where too many want to come in at once.
    package func withPassword(_ ask: Ask) async throws -> Outcome {
        // Whatever is no address is counted and hashed as if it were one that nobody has.
        let address = try? MailAddress(ask.address)
        let budget = try await budget(ask, address)
        try await attempts.take(budget)
        for _ in 1..<Self.mostTries {
            do {
                return try await answer(ask, address, budget)
            } catch let failure as Failure where failure.code == Failure.accountMoved.code {
                // Changed at this moment: what counts is the password that stands now.
                continue
            }
        }
        return try await answer(ask, address, budget)
    }

    private static let mostTries = 3

    /// Throws `Failure.accountMoved` where the account was changed since it was looked at here.
    private func answer(_ ask: Ask, _ address: MailAddress?, _ budget: [UInt8]) async throws -> Outcome {
        let found = if let address { try await accounts.account(at: address) } else { nil as Account? }
        let isOpen = found.map { $0.confirmedAt != nil && $0.disabledAt == nil } ?? false
        let verdict = try await gate.check(ask.password, against: isOpen ? found?.profile.password : nil)
        guard verdict != .wrong, var account = found else {
            // Either is one commit: how long it takes tells nothing.
            if let found { await RefusalTelling(host).tell("session", of: found.id) } else { try await attempts.touch(budget) }
            throw Failure.signInFailed
        }
        try await attempts.clear(budget)
        if verdict == .rightButOutdated { account = try await rehashed(account, ask.password) }
        let methods = try await factors.methods(account.id)
        guard methods.isEmpty else {
            let pending = try await PendingSignIn(of: account, organisation: ask.organisation, kind: ask.kind, now: host.world.now())
                .text(keys)
            return .secondFactor(pending: pending, methods: methods)
        }
        let (session, caller) = try await open(
            ask.kind, account.id, in: ask.organisation, .password, SessionDevice(name: ask.device, peer: ask.peer),
            on: .account(version: account.version))
        return .opened(session, caller)
    }

    /// The second half, after the second factor was given. Throws `Failure(.unauthenticated, "session_over")` where the account was changed
    /// since the first.
    package func finish(
        _ pending: PendingSignIn, _ assurance: Caller.Assurance, device: String, peer: String
    ) async throws -> (Session, Caller) {
        do {
            return try await open(
                pending.kind, pending.account, in: pending.organisation, assurance, SessionDevice(name: device, peer: peer),
                on: .account(version: pending.version))
        } catch let failure as Failure where failure.code == Failure.accountMoved.code {
            throw Failure.sessionOver
        }
    }

    /// Begins a session for who was found to be somebody. In the organisation that is named, else in the first to which they belong, else in
    /// none. `former`: the session that it takes the place of.
    func open(
        _ kind: Session.Kind, _ account: Identifier, in organisation: Identifier?, _ assurance: Caller.Assurance, _ device: SessionDevice,
        on basis: SessionBasis, insteadOf former: Session? = nil
    ) async throws -> (Session, Caller) {
        let chosen: Identifier?
        if let organisation {
            // An operator belongs to every organisation, but not to what is none; `_identity` is none.
            guard try await Organisations.exists(organisation, in: host.database) else { throw Failure.noMember }
            chosen = organisation
        } else {
            let memberships = try await host.database.read { tx in try MemberTable.memberships(of: account, tx) }
            chosen = memberships.map(\.organisation).first { $0 != IdentityFeature.organisation }
        }
        let opening = try await sessions.opening(
            kind, of: account, in: chosen, assurance, on: SessionDevice(name: String(device.name.prefix(200)), peer: device.peer),
            basis: basis, insteadOf: former)
        return (opening.session, try await sessions.open(opening))
    }

    /// A device that the account knows has a budget of its own.
    private func budget(_ ask: Ask, _ address: MailAddress?) async throws -> [UInt8] {
        var device = "unknown"
        // Only for a cookie of ours is the account looked up: how long it takes tells strangers nothing.
        if let address, let known = ask.knownDevice, let owner = try await KnownDevice.owner(of: known, keys),
            try await accounts.account(at: address)?.id == owner
        {
            device = known
        }
        return AttemptBudget.key("password", Base64URL.string(try await keys.hash(of: String(ask.address.prefix(300)))), device)
    }

    /// Kept under today's cost. Throws `Failure.accountMoved` where the account was changed meanwhile.
    private func rehashed(_ account: Account, _ password: Secret) async throws -> Account {
        var account = account
        account.profile.password = try await gate.hash(password)
        let sealed = try await accounts.sealed(account)
        try await host.database.write { tx in try sealed.update(tx) }
        account.version = sealed.version
        return account
    }
}

/// What sign-in asks of second factors.
package struct SecondFactorPort: Sendable {
    /// By which means an account can give one; empty where none is set up.
    package var methods: @Sendable (_ account: Identifier) async throws -> [String]

    package init(methods: @escaping @Sendable (_ account: Identifier) async throws -> [String]) { self.methods = methods }
}

/// What a browser keeps to show that an account signed in there before: it opens nothing.
enum KnownDevice {
    static let cookie = "device"

    static func value(for account: Identifier, _ keys: IdentityKeys) async throws -> String {
        "\(account).\(Base64URL.string(try await keys.code(for: "device \(account)")))"
    }

    /// Whose it is; nil for what no program of ours wrote.
    static func owner(of value: String, _ keys: IdentityKeys) async throws -> Identifier? {
        guard value.utf8.count <= 200, let name = value.split(separator: ".").first, let account = try? Identifier(String(name)) else {
            return nil
        }
        let genuine = try await Self.value(for: account, keys)
        return ConstantTime.isEqual(Array(genuine.utf8), Array(value.utf8)) ? account : nil
    }
}

extension Failure {
    static let signInFailed = Failure(
        .unauthenticated, "sign_in_failed",
        Text(es: "La dirección o la contraseña no son correctas.", en: "The address or the password is not right."))
}
