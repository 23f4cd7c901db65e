import Access
import Base
import Crypto
import Runtime
import Store
import Web

/// How often somebody may be wrong: five times, then after pauses that double up to a quarter of an hour, counted for all processes alike.
///
/// A budget is that of an address and a device together. A device on which the account once signed in has its own, so that a stranger who
/// guesses cannot lock out whoever the account belongs to. Addresses that nobody has are counted the same, so that it tells nothing.
struct AttemptBudget: Sendable {
    private let database: Database
    private let world: World

    init(_ host: FeatureHost) {
        database = host.database
        world = host.world
    }

    static let free = 5
    private static let longestPause: Duration = .seconds(15 * 60)
    /// After which nothing is held against anybody.
    static let memory: Duration = .seconds(3_600)

    /// Which budget: 16 bytes.
    static func key(_ parts: String...) -> [UInt8] {
        Array(SHA256.hash(data: Array(parts.map { "\($0.utf8.count) \($0)" }.joined(separator: " ").utf8)).prefix(16))
    }

    /// Takes one attempt, before it is looked at: whoever asks many times at once is not given more. Throws `Problem(.tooMany)`.
    func take(_ key: [UInt8]) async throws {
        let now = world.now()
        let wait: Duration? = try await database.write { tx in
            try tx.lock("identity attempt \(Base64URL.string(key))")
            let known = try tx.first("SELECT failures, last_at FROM identity_attempts WHERE key = \(key)") {
                (failures: try $0["failures"] as Int, lastAt: try $0["last_at"] as Instant)
            }
            guard let known, now - known.lastAt < Self.memory else {
                try tx.execute(
                    """
                    INSERT INTO identity_attempts (key, failures, last_at) VALUES (\(key), 1, \(now))
                    ON CONFLICT (key) DO UPDATE SET failures = 1, last_at = excluded.last_at
                    """)
                return nil
            }
            let wait = known.lastAt + Self.pause(after: known.failures) - now
            guard wait <= .zero else { return wait }
            try tx.execute("UPDATE identity_attempts SET failures = failures + 1, last_at = \(now) WHERE key = \(key)")
            return nil
        }
        if let wait { throw Problem.tooManyAttempts(wait) }
    }

    /// As much work for the database as telling the journal of a refusal: for addresses that nobody has, which strangers could fill it with.
    func touch(_ key: [UInt8]) async throws {
        try await database.write { tx in try tx.execute("UPDATE identity_attempts SET last_at = last_at WHERE key = \(key)") }
    }

    /// They were right: nothing is held against them.
    func clear(_ key: [UInt8]) async throws {
        try await database.write { tx in try tx.execute("DELETE FROM identity_attempts WHERE key = \(key)") }
    }

    /// How long to wait after so many attempts without success.
    static func pause(after failures: Int) -> Duration {
        guard failures >= free else { return .zero }
        return min(.seconds(1 << min(failures - free, 10)), longestPause)
    }
}

extension Problem {
    static func tooManyAttempts(_ wait: Duration) -> Problem {
        let seconds = max(1, Int((wait / .seconds(1)).rounded(.up)))
        return Problem(
            .tooMany, "too_many_attempts",
            Text(
                es: "Demasiados intentos: espere \(seconds) s y vuelva a probar, o pida una contraseña nueva.",
                en: "Too many attempts: wait \(seconds) s and try again, or ask for a new password."),
            retryAfter: .seconds(seconds))
    }
}
