import Access
import Base
import Synchronization
import Testing

/// A token that was verified once is not verified again, and yet is no good a moment longer.
@Suite
struct TokenCacheTests {
    private let fixed = FixedWorld(seed: 1)
    private let signer = TokenSigner()

    private func authenticator(_ revocations: Revocations = .none, most: Int = 100) throws -> StaticJWKSAuthenticator {
        StaticJWKSAuthenticator(
            try TokenSigner.keySet([signer]), TokenSigner.terms, revocations: revocations, world: fixed.world, mostCachedTokens: most)
    }

    @Test("its expiry holds on every hit, and it is forgotten then")
    func expiry() async throws {
        let authenticator = try authenticator()
        let token = try signer.token()
        #expect(await refusal(of: token, authenticator) == nil)
        #expect(authenticator.cachedTokens == 1)
        fixed.advance(by: .seconds(840 + 30) - .microseconds(1))
        #expect(await refusal(of: token, authenticator) == nil)
        fixed.advance(by: .microseconds(1))
        #expect(await refusal(of: token, authenticator) == "token_expired")
        #expect(authenticator.cachedTokens == 0)
    }

    @Test("a clock that is set back finds it not yet valid")
    func clockSetBack() async throws {
        let authenticator = try authenticator()
        let token = try signer.token()
        #expect(await refusal(of: token, authenticator) == nil)
        fixed.setClock(to: Instant(milliseconds: Int64(TokenSigner.now - 3_600) * 1_000))
        #expect(await refusal(of: token, authenticator) == "token_not_yet_valid")
    }

    @Test("it is revoked by its id, by its account and by its key, at once", arguments: ["token", "account", "key"])
    func revocation(_ what: String) async throws {
        let list = RevocationList(world: fixed.world, terms: TokenSigner.terms)
        let authenticator = try authenticator(list.revocations)
        let (token, other) = (try signer.token(), try signer.token(["jti": .string("t-2"), "sub": .string("eva")]))
        for token in [token, other] { #expect(await refusal(of: token, authenticator) == nil) }
        switch what {
        case "token": try list.revoke(token: "t-1")
        case "account": try list.revoke(tokensOf: "ana")
        default: try list.revoke(key: "one")
        }
        for _ in 0..<2 { #expect(await refusal(of: token, authenticator) == "token_revoked") }
        #expect(await refusal(of: other, authenticator) == (what == "key" ? "token_revoked" : nil))
        #expect(authenticator.cachedTokens == (what == "key" ? 0 : 1))
    }

    @Test("an account's later tokens are taken again")
    func laterTokens() async throws {
        let list = RevocationList(world: fixed.world, terms: TokenSigner.terms)
        let authenticator = try authenticator(list.revocations)
        try list.revoke(tokensOf: "ana")
        // What was revoked stays so, whatever is said later about a time before.
        try list.revoke(tokensOf: "ana", issuedUntil: .epoch)
        let now = Double(TokenSigner.now)
        #expect(await refusal(of: try signer.token(["iat": .number(now)]), authenticator) == "token_revoked")
        fixed.advance(by: .seconds(1))
        let later = try signer.token(["iat": .number(now + 1)])
        #expect(await refusal(of: later, authenticator) == nil)
        try list.revoke(tokensOf: "ana", issuedUntil: Instant(milliseconds: Int64(now + 1) * 1_000))
        #expect(await refusal(of: later, authenticator) == "token_revoked")
    }

    @Test("where revocations cannot be asked, nobody is let in, remembered or not")
    func unavailable() async throws {
        let isDown = Mutex(false)
        let failure = Failure(.unavailable, "down", Text(verbatim: "down"))
        let authenticator = try authenticator(
            Revocations { _ throws(Failure) in
                if isDown.withLock({ $0 }) { throw failure }
                return false
            })
        let token = try signer.token()
        #expect(await refusal(of: token, authenticator) == nil)
        isDown.withLock { $0 = true }
        #expect(await refusal(of: token, authenticator) == "unavailable down")
        #expect(await refusal(of: try signer.token(["jti": .string("new")]), authenticator) == "unavailable down")
        isDown.withLock { $0 = false }
        #expect(await refusal(of: token, authenticator) == nil)
    }

    @Test("it holds no more than it may, keeps who comes often, and refused tokens never get in")
    func bounds() async throws {
        let authenticator = try authenticator(most: 20)
        let often = try signer.token(["jti": .string("often")])
        for number in 0..<100 {
            #expect(await refusal(of: try signer.token(["jti": .string("\(number)")]), authenticator) == nil)
            #expect(await refusal(of: often, authenticator) == nil)
            #expect(authenticator.cachedTokens <= 20)
        }
        let before = authenticator.cachedTokens
        let stranger = TokenSigner()
        for _ in 0..<30 { #expect(await refusal(of: try stranger.token(), authenticator) == "token_signature") }
        #expect(authenticator.cachedTokens == before)
    }

    @Test("many at once are each told who they are")
    func crowd() async throws {
        let authenticator = try authenticator(most: 10)
        let tokens = try (0..<40).map { (try Identifier("p\($0)"), try signer.token(["sub": .string("p\($0)"), "jti": .string("\($0)")])) }
        await withTaskGroup { group in
            for round in 0..<400 {
                let (actor, token) = tokens[round % tokens.count]
                group.addTask {
                    let caller = try? await authenticator.caller(for: token)
                    #expect(caller?.actor == actor)
                }
            }
        }
        #expect(authenticator.cachedTokens <= 10)
    }

    @Test("a full list of revocations forgets what has expired, and else says that it is full")
    func fullList() throws {
        let list = RevocationList(world: fixed.world, terms: TokenSigner.terms, mostEntries: 3)
        try list.revoke(token: "a")
        try list.revoke(tokensOf: "ana")
        try list.revoke(key: "k")
        let fault = #expect(throws: Failure.self) { try list.revoke(token: "b") }
        #expect(fault?.code == "revocations_full" && fault?.kind == .overloaded)
        fixed.advance(by: .seconds(25 * 3_600))
        try list.revoke(token: "b")
        try list.revoke(token: "c")
        #expect(throws: Failure.self) { try list.revoke(token: "d") }
    }
}
