import Base

/// What tokens must say to be taken, and where they say what a caller is made of.
package struct TokenTerms: Sendable, Hashable {
    package let issuer: String
    /// Which must be among those the token is for.
    package let audience: String
    /// How far clocks may be apart; 0 to 120 s.
    package var leeway: Duration = .seconds(30) {
        didSet { precondition((Duration.zero...(.seconds(120))).contains(leeway), "a leeway of 0 to 120 s") }
    }
    /// From issue to expiry: a token that claims more is refused, so that no mistake of an issuer lasts for years.
    package var longestLife: Duration = .seconds(24 * 3600)
    package var claims = ClaimNames()

    package init(issuer: String, audience: String) {
        self.issuer = issuer
        self.audience = audience
    }

    /// In which claims a token says who its bearer is; `sub` is the actor.
    package struct ClaimNames: Sendable, Hashable {
        /// Text; missing where they act in no organisation.
        package var tenant = "org"
        /// A list of names of roles, at most 64.
        package var roles = "roles"
        /// One of `Caller.Tier`; `free` where missing.
        package var tier = "tier"
        /// `acr` in OpenID Connect: what it says, and what that proves. What is not listed proves the least.
        package var assurance = "acr"
        package var assurances: [String: Caller.Assurance] = ["password": .password, "secondFactor": .secondFactor, "passkey": .passkey]
        /// Text; for whom they act.
        package var onBehalfOf = "on_behalf_of"
        /// Text; the session that the token is of (OpenID Connect Front-Channel Logout 1.0, section 3).
        package var session = "sid"

        package init() {}
    }
}

/// What a verified token says, as long as it is remembered.
package struct VerifiedToken: Sendable, Hashable {
    package let caller: Caller
    /// `jti`.
    package let id: Identifier
    package let keyID: Identifier
    package let issuedAt: Instant
    /// The first moment at which it is no good, leeway included.
    package let expiresAt: Instant
    /// The first moment at which it is good, leeway included.
    package let beginsAt: Instant

    static let mostRoles = 64

    /// From a token whose signature is good. Throws what is wrong with its claims; whether it is good now is not asked yet.
    init(_ token: JSONWebToken, under terms: TokenTerms) throws(TokenFault) {
        let claims = token.claims
        guard let issuer = claims["iss"]?.string, let audience = claims["aud"] else { throw .claims }
        guard issuer.utf8.elementsEqual(terms.issuer.utf8) else { throw .issuer }
        guard try Self.texts(audience).contains(where: { $0.utf8.elementsEqual(terms.audience.utf8) }) else { throw .audience }
        guard let expiry = try Self.moment(claims["exp"]), let issued = try Self.moment(claims["iat"]), issued < expiry,
            let id = try Self.identifier(claims["jti"])
        else { throw .claims }
        guard expiry - issued <= terms.longestLife else { throw .tooLongLived }
        let notBefore = try Self.moment(claims["nbf"]) ?? issued
        self.id = id
        keyID = token.keyID
        issuedAt = issued
        expiresAt = expiry + terms.leeway
        // Nobody issues a token tomorrow.
        beginsAt = max(notBefore, issued) - terms.leeway
        caller = try Self.caller(claims, terms.claims)
    }

    private static func caller(_ claims: JSON.Object, _ names: TokenTerms.ClaimNames) throws(TokenFault) -> Caller {
        guard let actor = try identifier(claims["sub"]) else { throw .claims }
        var roles: Set<RoleName> = []
        if let list = claims[names.roles] {
            guard let list = list.array, list.count <= mostRoles else { throw .claims }
            for entry in list {
                guard let role = entry.string.flatMap({ RoleName($0) }) else { throw .claims }
                roles.insert(role)
            }
        }
        var tier = Caller.Tier.free
        if let text = claims[names.tier] {
            guard let known = text.string.flatMap(Caller.Tier.init(rawValue:)) else { throw .claims }
            tier = known
        }
        let assurance = claims[names.assurance]?.string.flatMap { names.assurances[$0] }
        return Caller(
            actor: actor, tenant: try identifier(claims[names.tenant]), onBehalfOf: try identifier(claims[names.onBehalfOf]), roles: roles,
            tier: tier, assurance: assurance ?? .password, session: try identifier(claims[names.session]))
    }

    /// nil where the claim is missing.
    private static func identifier(_ claim: JSON?) throws(TokenFault) -> Identifier? {
        guard let claim else { return nil }
        guard let text = claim.string, let identifier = try? Identifier(text) else { throw .claims }
        return identifier
    }

    /// `aud` is one text or a list of them.
    private static func texts(_ claim: JSON) throws(TokenFault) -> [String] {
        if let text = claim.string { return [text] }
        guard let list = claim.array else { throw .claims }
        let texts = list.compactMap(\.string)
        guard texts.count == list.count else { throw .claims }
        return texts
    }

    /// Whole seconds since 1970, up to the year 9999; nil where the claim is missing.
    private static func moment(_ claim: JSON?) throws(TokenFault) -> Instant? {
        guard let claim else { return nil }
        guard let seconds = claim.integer, (0...253_402_300_799).contains(seconds) else { throw .claims }
        return Instant(milliseconds: Int64(seconds) * 1_000)
    }

    /// Asked each time the token comes, verified anew or remembered.
    func check(at now: Instant) throws(TokenFault) {
        guard now < expiresAt else { throw .expired }
        guard now >= beginsAt else { throw .notYetValid }
    }
}
