import Access
import Base
import Crypto
import Runtime
import Store
import Synchronization

/// Finds out who asks: by an access token, or by the cookie of a browser's session. What a cookie stands for is remembered for half a minute,
/// and no longer than the session; what ends a session is heard at once.
package final class SessionAuthenticator: Sendable {
    private struct Known {
        let caller: Caller
        /// Of `World.elapsed`.
        let until: Duration
        let endsAt: Instant
    }

    private let tokens: Authenticator
    private let sessions: SessionStore
    private let keys: IdentityKeys
    private let feed: RevocationFeed
    private let world: World
    /// SHA-256 of a cookie: a picture of the memory opens no session.
    private struct CookieKey: Hashable {
        private let digest: SHA256.Digest

        init(_ cookie: String) {
            var cookie = cookie
            digest = cookie.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        }
    }

    private struct Memory {
        var known: [CookieKey: Known] = [:]
        /// Under which of them a session is known.
        var cookies: [Identifier: CookieKey] = [:]
        /// How many notices were heard: what was looked up before one is not remembered after it.
        var heard = 0
    }

    private let memory = Mutex(Memory())
    private let isReady = Mutex(false)

    private static let age: Duration = .seconds(30)
    private static let mostKnown = 50_000

    init(
        _ tokens: Authenticator, _ sessions: SessionStore, _ keys: IdentityKeys, _ feed: RevocationFeed, _ ended: EndedSessions,
        world: World
    ) {
        self.tokens = tokens
        self.sessions = sessions
        self.keys = keys
        self.feed = feed
        self.world = world
        ended.onNotice { [weak self] notice in self?.forget(notice) }
    }

    /// As the port.
    package var authenticator: Authenticator {
        Authenticator { [self] (token: String) async throws(Failure) in
            do {
                try await prepare()
                guard token.hasPrefix("zs1.") else { return try await tokens.caller(for: token) }
                return try await browser(token)
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure.signInUnavailable
            }
        }
    }

    /// What was ended while this program did not run is read before anybody is let in.
    private func prepare() async throws {
        guard !isReady.withLock({ $0 }) else { return }
        var notices: [ID<EndNotice>: Instant] = [:]
        try await feed.catchUp(from: world.now() - EndedSessions.accountMemory, &notices)
        isReady.withLock { $0 = true }
    }

    private func browser(_ token: String) async throws -> Caller {
        let key = CookieKey(token)
        let (now, elapsed) = (world.now(), world.elapsed())
        let (remembered, heard) = memory.withLock { ($0.known[key], $0.heard) }
        if let remembered, elapsed < remembered.until, now < remembered.endsAt { return remembered.caller }
        guard let code = SessionCode(token, .cookie), try await code.isGenuine(keys) else { throw Failure.sessionOver }
        guard let (session, caller) = try await sessions.caller(of: code.session), session.kind == .browser else {
            throw Failure.sessionOver
        }
        memory.withLock { memory in
            guard memory.heard == heard else { return }
            if memory.known.count >= Self.mostKnown {
                memory.known.removeAll(keepingCapacity: true)
                memory.cookies.removeAll(keepingCapacity: true)
            }
            memory.cookies[session.id] = key
            memory.known[key] = Known(caller: caller, until: elapsed + Self.age, endsAt: session.endsAt)
        }
        return caller
    }

    private func forget(_ notice: EndNotice) {
        memory.withLock { memory in
            memory.heard += 1
            if let session = notice.session, let key = memory.cookies.removeValue(forKey: session) { memory.known[key] = nil }
            guard let account = notice.account else { return }
            memory.known = memory.known.filter { $0.value.caller.actor != account }
            memory.cookies = memory.cookies.filter { memory.known[$0.value] != nil }
        }
    }
}

extension Failure {
    fileprivate static let signInUnavailable = Failure(
        .unavailable, "sessions_unavailable",
        Text(
            es: "Ahora no se puede comprobar quién entra: espere un momento y vuelva a intentarlo.",
            en: "Who asks cannot be checked now: wait a moment and try again."))
}
