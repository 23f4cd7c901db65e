import Access
import Base
import HTTPTypes
import Runtime
import Web

/// Where the pages of second factors stand, for whoever links to them and whoever makes them.
enum SecondFactorPlace {
    /// Asked for after the password (GET and POST). The cookie `pending` says whose sign-in it is; `next` what comes after.
    static let signIn = "/sign-in/second"
    /// Which ones an account has.
    static let account = "/account/second-factors"
    /// Shown once more before something delicate, with `next`.
    static let prove = "/account/prove/second"
}

extension IdentityPages {
    /// Whether there are such pages.
    func has(_ place: String) -> Bool { secondFactors.contains { $0.path.description == place } }

    /// The sign-in that the browser has begun. Throws `Failure(.unauthenticated, "session_over")` where there is none, or it is too old.
    func pending(_ call: Call) async throws -> PendingSignIn {
        try await PendingSignIn.read(PageCookies.value(PageCookies.pending, of: call) ?? "", parts.keys, at: parts.host.world.now())
    }

    /// The browser is in its session from now on; whatever session it was in before is over.
    func entered(_ session: Session, _ call: Call, next: String?) async throws -> Reply {
        if let old = try await browserSession(call), old.id != session.id { try await parts.sessions.end(old, by: old.account) }
        let place = if let next = LocalPath.checked(next) { next } else { try await landing(session) }
        var reply = Reply.see(place)
        let value = try await SessionCode.write(.cookie, session.id, parts.keys)
        reply.fields.append(SessionCookie.given(value, isSecure: call.isSecure))
        reply.fields.append(PageCookies.giveDevice(try await KnownDevice.value(for: session.account, parts.keys), call))
        if PageCookies.value(PageCookies.pending, of: call) != nil { reply.fields.append(PageCookies.takePending(call)) }
        if Preferences(call.fields).language == nil, let account = try await parts.accounts.account(session.account) {
            reply.fields.append(PageCookies.giveLanguage(account.language, call))
        }
        return reply
    }

    /// Where somebody begins who was on the way nowhere.
    private func landing(_ session: Session) async throws -> String {
        guard let (_, caller) = try await parts.sessions.caller(of: session.id) else { return "/account" }
        let host = parts.host
        return host.destinations(of: Standing(caller, by: host.roles, at: host.world.now())).first?.path ?? "/account"
    }

    /// The password was right: in, or on to the second factor.
    func goesOn(_ outcome: SignIn.Outcome, _ call: Call, next: String?) async throws -> Reply {
        switch outcome {
        case .opened(let session, _): return try await entered(session, call, next: next)
        case .secondFactor(let pending, _):
            var reply = Reply.see(Self.path(SecondFactorPlace.signIn, next: next))
            reply.fields.append(PageCookies.givePending(pending, call))
            return reply
        }
    }

    /// The session that the browser is in; nil where it is in none that goes on.
    func browserSession(_ call: Call) async throws -> Session? {
        guard let text = PageCookies.session(of: call), let code = SessionCode(text, .cookie), try await code.isGenuine(parts.keys) else {
            return nil
        }
        return try await parts.sessions.caller(of: code.session)?.session
    }
}
