import Access
import Base
import HTTPTypes
import Web

/// Who asks, and for what, as far as limits care.
package struct PaceAsk: Sendable {
    package let route: Route
    /// nil where nobody signed in.
    package let caller: Caller?
    package let peer: String
    /// Whether the caller is known by a cookie, as browsers are.
    package let isBrowserSession: Bool
    /// The length of an upload where the request tells it.
    package let length: Int?

    package init(route: Route, caller: Caller?, peer: String, isBrowserSession: Bool = false, length: Int? = nil) {
        self.route = route
        self.caller = caller
        self.peer = peer
        self.isBrowserSession = isBrowserSession
        self.length = length
    }
}

/// Holds everybody to how much they may ask: by tier, by route's pace, by caller or address.
///
/// One for each program: with several behind a balancer each counts its own. Cost: under a microsecond, the header fields included.
package final class PaceKeeper: Sendable {
    private let tiers: [Caller.Tier: Meter<WindowState>]
    private let anonymous: Meter<BurstState>?
    private let session: Meter<BurstState>?
    private let page: Meter<BurstState>?
    private let upload: Meter<WindowState>?
    private let signInAccount: Meter<BurstState>?
    private let signInAddress: Meter<BurstState>?
    private let longestWait: Duration
    private let world: World

    /// `capacity`: how many callers each of its tables remembers; some 100 bytes each.
    package init(_ settings: PaceSettings = PaceSettings(), capacity: Int = 65_536, world: World) {
        tiers = settings.tiers.reduce(into: [:]) { meters, tier in
            meters[tier.key] = Meter(tier.key.rawValue, tier.value, capacity)
        }
        anonymous = Meter("anonymous", settings.anonymous, capacity)
        session = Meter("session", settings.session, capacity)
        page = Meter("page", settings.page, capacity)
        upload = Meter("upload", settings.uploadBytes, capacity, scale: PaceSettings.uploadUnit)
        signInAccount = Meter("sign_in", settings.signInAccount, capacity)
        signInAddress = Meter("sign_in_address", settings.signInAddress, capacity)
        longestWait = settings.longestWait
        self.world = world
    }

    /// As the port.
    package var pacing: Pacing { Pacing { [self] ask, now in try await admit(ask, at: now) } }

    /// Counts the request, and says what its answer tells about the limit. Throws `Problem(.tooMany)` where it is one too many.
    /// Waits, for a few seconds at most, where an address is slowed down.
    package func admit(_ ask: PaceAsk, at now: Duration) async throws -> [(HTTPField.Name, String)] {
        switch ask.route.pace {
        case .unlimited: return []
        case .metered: return try metered(ask, at: now)
        case .page: return try page?.take(1, for: Self.key(ask.caller, ask.peer), at: now) ?? []
        case .upload: return try uploading(ask, at: now)
        case .signIn:
            try await slow(ask.peer, at: now)
            return []
        }
    }

    private func metered(_ ask: PaceAsk, at now: Duration) throws(Problem) -> [(HTTPField.Name, String)] {
        guard let caller = ask.caller else { return try anonymous?.take(1, for: Self.key(nil, ask.peer), at: now) ?? [] }
        guard ask.isBrowserSession else { return try tiers[caller.tier]?.take(1, for: Self.key(caller, ask.peer), at: now) ?? [] }
        return try session?.take(1, for: Self.key(caller, ask.peer, route: ask.route.name), at: now) ?? []
    }

    /// Whoever does not say how much comes may begin; what comes is counted by `spend`.
    private func uploading(_ ask: PaceAsk, at now: Duration) throws(Problem) -> [(HTTPField.Name, String)] {
        try upload?.take(Self.units(ask.length ?? 1), for: Self.key(ask.caller, ask.peer), at: now) ?? []
    }

    /// Counts bytes of an upload that did not say its length, as they come. Throws as `admit`.
    package func spend(_ bytes: Int, of ask: PaceAsk, at now: Duration) throws(Problem) {
        _ = try upload?.take(Self.units(bytes), for: Self.key(ask.caller, ask.peer), at: now)
    }

    /// Counts an attempt to sign in to an account, whether there is one of that name or not: called before the password is looked at.
    /// Throws `Problem(.tooMany)`.
    package func attempt(account: String, at now: Duration) throws(Problem) {
        _ = try signInAccount?.take(1, for: PaceKey { $0.combine(account) }, at: now)
    }

    /// How many callers it remembers.
    package var remembered: Int {
        let windows = tiers.values.map(\.table.count) + [upload?.table.count ?? 0]
        let bursts = [anonymous, session, page, signInAccount, signInAddress].map { $0?.table.count ?? 0 }
        return (windows + bursts).reduce(0, +)
    }

    /// Behind one address may be a whole clinic: it is kept waiting for its turn, and refused only where the queue is long.
    private func slow(_ peer: String, at now: Duration) async throws {
        guard let meter = signInAddress else { return }
        let turn = meter.queue(for: Self.key(nil, peer), at: now, atMost: longestWait)
        guard let turn else { throw meter.refusal(PaceVerdict(isAdmitted: false, left: 0, wait: longestWait)) }
        if turn > .zero { try await Task.sleep(for: turn) }
    }

    private static func units(_ bytes: Int) -> Int {
        bytes / PaceSettings.uploadUnit + (bytes % PaceSettings.uploadUnit == 0 ? 0 : 1)
    }

    private static func key(_ caller: Caller?, _ peer: String, route: String? = nil) -> PaceKey {
        PaceKey { hasher in
            if let caller {
                hasher.combine(caller.tenant)
                hasher.combine(caller.actor)
            } else {
                hasher.combine(PeerAddress(peer))
            }
            if let route { hasher.combine(route) }
        }
    }
}
