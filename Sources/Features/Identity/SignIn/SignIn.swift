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
        let account = if let address { try await accounts.account(at: address) } else { nil as Account? }
        let budget = try await budget(ask, account)
        try await attempts.take(budget)
        let isOpen = account.map { $0.confirmedAt != nil && $0.disabledAt == nil } ?? false
        let verdict = try await gate.check(ask.password, against: isOpen ? account?.profile.password : nil)
        guard verdict != .wrong, let account else {
            // Either is one commit: how long it takes tells nothing.
            if let account { await RefusalTelling(host).tell("session", of: account.id) } else { try await attempts.touch(budget) }
            throw Failure.signInFailed
        }
        try await attempts.clear(budget)
        if verdict == .rightButOutdated { try await rehash(account, ask.password) }
        let methods = try await factors.methods(account.id)
        guard methods.isEmpty else {
            let pending = try await PendingSignIn(
                account: account.id, organisation: ask.organisation, kind: ask.kind, now: host.world.now()
            )
            .text(keys)
            return .secondFactor(pending: pending, methods: methods)
        }
        let (session, caller) = try await open(
            ask.kind, account.id, in: ask.organisation, .password, SessionDevice(name: ask.device, peer: ask.peer))
        return .opened(session, caller)
    }

    /// The second half, after the second factor was given.
    package func finish(
        _ pending: PendingSignIn, _ assurance: Caller.Assurance, device: String, peer: String
    ) async throws -> (Session, Caller) {
        try await open(
            pending.kind, pending.account, in: pending.organisation, assurance, SessionDevice(name: device, peer: peer))
    }

    /// Begins a session for who was found to be somebody. In the organisation that is named, else in the first to which they belong, else in
    /// none. `former`: the session that it takes the place of.
    func open(
        _ kind: Session.Kind, _ account: Identifier, in organisation: Identifier?, _ assurance: Caller.Assurance, _ device: SessionDevice,
        insteadOf former: Session? = nil
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
            insteadOf: former)
        return (opening.session, try await sessions.open(opening))
    }

    /// A device that the account knows has a budget of its own.
    private func budget(_ ask: Ask, _ account: Account?) async throws -> [UInt8] {
        var device = "unknown"
        if let account, let known = ask.knownDevice, try await KnownDevice.isGenuine(known, of: account.id, keys) { device = known }
        return AttemptBudget.key("password", Base64URL.string(try await keys.hash(of: String(ask.address.prefix(300)))), device)
    }

    /// Kept under today's cost. Where the account was changed meanwhile, the next sign-in does it.
    private func rehash(_ account: Account, _ password: Secret) async throws {
        var account = account
        account.profile.password = try await gate.hash(password)
        let sealed = try await accounts.sealed(account)
        do {
            try await host.database.write { tx in try sealed.update(tx) }
        } catch let failure as Failure where failure.kind == .conflict {
            return
        }
    }
}

/// What sign-in asks of second factors.
package struct SecondFactorPort: Sendable {
    /// By which means an account can give one; empty where none is set up.
    package var methods: @Sendable (_ account: Identifier) async throws -> [String]

    package init(methods: @escaping @Sendable (_ account: Identifier) async throws -> [String]) { self.methods = methods }
}

/// A sign-in of which the password was right and the second factor is missing: signed by this installation, good for ten minutes.
package struct PendingSignIn: Sendable, Hashable {
    package let account: Identifier
    package let organisation: Identifier?
    package let kind: Session.Kind
    let expiresAt: Instant

    static let life: Duration = .seconds(600)

    init(account: Identifier, organisation: Identifier?, kind: Session.Kind, now: Instant) {
        self.account = account
        self.organisation = organisation
        self.kind = kind
        expiresAt = Instant(milliseconds: (now + Self.life).microseconds / 1_000)
    }

    /// `zp1.<account>.<organisation>.<kind>.<milliseconds>.<code>`
    func text(_ keys: IdentityKeys) async throws -> String {
        let body = body
        return "\(body).\(Base64URL.string(try await keys.code(for: body)))"
    }

    private var body: String {
        "zp1.\(account).\(Base64URL.string(Array((organisation?.text ?? "").utf8))).\(kind.rawValue).\(expiresAt.microseconds / 1_000)"
    }

    /// Throws `Failure(.unauthenticated, "session_over")` for what is no such thing, or too old.
    static func read(_ text: String, _ keys: IdentityKeys, at now: Instant) async throws -> PendingSignIn {
        let parts = text.utf8.count <= 400 ? text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : []
        guard parts.count == 6, parts[0] == "zp1", let code = Base64URL.read(Array(parts[5].utf8)), let time = Int64(parts[4]),
            let account = try? Identifier(parts[1]), let kind = Session.Kind(rawValue: parts[3]),
            let name = Base64URL.read(Array(parts[2].utf8))
        else { throw Failure.sessionOver }
        let genuine = try await keys.code(for: parts[..<5].joined(separator: "."))
        guard ConstantTime.isEqual(genuine, code), now < Instant(milliseconds: time) else { throw Failure.sessionOver }
        return PendingSignIn(
            account: account, organisation: name.isEmpty ? nil : try Identifier(String(decoding: name, as: UTF8.self)), kind: kind,
            expiresAt: Instant(milliseconds: time))
    }

    private init(account: Identifier, organisation: Identifier?, kind: Session.Kind, expiresAt: Instant) {
        self.account = account
        self.organisation = organisation
        self.kind = kind
        self.expiresAt = expiresAt
    }
}

/// What a browser keeps to show that an account signed in there before: it opens nothing.
enum KnownDevice {
    static let cookie = "device"

    static func value(for account: Identifier, _ keys: IdentityKeys) async throws -> String {
        "\(account).\(Base64URL.string(try await keys.code(for: "device \(account)")))"
    }

    static func isGenuine(_ value: String, of account: Identifier, _ keys: IdentityKeys) async throws -> Bool {
        ConstantTime.isEqual(Array(try await Self.value(for: account, keys).utf8), Array(value.utf8))
    }
}

extension Failure {
    static let signInFailed = Failure(
        .unauthenticated, "sign_in_failed",
        Text(es: "La dirección o la contraseña no son correctas.", en: "The address or the password is not right."))
}
