import Base
import HTTPTypes
import Web

/// A rule with its name and all who are counted under it. The header fields are those of draft-ietf-httpapi-ratelimit-headers-11
/// (sections 3 and 4): `RateLimit-Policy: "free";q=100;w=3600` and `RateLimit: "free";r=57;t=300`.
struct Meter<State: PaceState>: Sendable {
    let table: PaceTable<State>
    private let name: String
    private let policy: String

    /// How many of what the policy tells make one that is counted.
    private let scale: Int

    /// nil where there is no limit. `scale`: for uploads, counted in units of so many bytes.
    init?(_ name: String, _ rule: PaceRule, _ capacity: Int, scale: Int? = nil) {
        let (quota, window): (Int, Duration)
        switch rule {
        case .unlimited: return nil
        case .window(let most, let span): (quota, window) = (most, span)
        case .burst(let most, let every): (quota, window) = (most, every * most)
        }
        self.name = name
        self.scale = scale ?? 1
        policy = "\"\(name)\";q=\(quota * self.scale)\(scale == nil ? "" : ";qu=\"content-bytes\"");w=\(max(1, window.roundedSeconds))"
        table = PaceTable(rule, capacity: capacity)
    }

    /// Throws `Problem(.tooMany)`.
    func take(_ amount: Int, for key: PaceKey, at now: Duration) throws(Problem) -> [(HTTPField.Name, String)] {
        let verdict = table.take(amount, for: key, at: now)
        guard verdict.isAdmitted else { throw refusal(verdict) }
        return fields(verdict)
    }

    private func fields(_ verdict: PaceVerdict) -> [(HTTPField.Name, String)] {
        guard let limit = PaceFields.limit, let policyName = PaceFields.policy else { return [] }
        return [(limit, text(verdict)), (policyName, policy)]
    }

    private func text(_ verdict: PaceVerdict) -> String { "\"\(name)\";r=\(verdict.left * scale);t=\(verdict.wait.roundedSeconds)" }

    func refusal(_ verdict: PaceVerdict) -> Problem {
        Problem(
            .tooMany, "too_many",
            Text(
                es: "Pidió demasiado en poco tiempo: espere \(max(1, verdict.wait.roundedSeconds)) segundos y vuelva a intentarlo.",
                en: "You asked too much in a short time: wait \(max(1, verdict.wait.roundedSeconds)) seconds and try again."),
            retryAfter: max(verdict.wait, .seconds(1)),
            fields: [Problem.Field("RateLimit", text(verdict)), Problem.Field("RateLimit-Policy", policy)])
    }
}

extension Meter where State == BurstState {
    /// Takes a turn that may come later, and says how long to wait for it; nil, and no turn, where that is longer than `most`.
    func queue(for key: PaceKey, at now: Duration, atMost most: Duration) -> Duration? {
        table.withState(of: key, at: now) { $0.queue(table.rule, at: now, atMost: most) }
    }
}

enum PaceFields {
    static let limit = HTTPField.Name("RateLimit")
    static let policy = HTTPField.Name("RateLimit-Policy")
}

extension Duration {
    /// In whole seconds, rounded up.
    var roundedSeconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds + (attoseconds > 0 ? 1 : 0)
    }
}
