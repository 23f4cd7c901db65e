import Access
import Base
import Crypto
import HTTPTypes
import Synchronization
import Web

/// A line of the log for each request that is worth one: all that failed, all that were slow, and a share of the others.
///
/// It says which route, how it was answered, how long that took, under which numbers others know it, and a pseudonym of who asked.
/// Never a path, a query, a header field, a body, an address or a name.
package final class RequestLog: Sendable {
    private let log: Log
    private let settings: RequestLogSettings
    private let key: SymmetricKey
    private let count = Atomic<UInt64>(0)
    private let refusals = Mutex(BurstState())
    private let suppressed = Atomic<UInt64>(0)

    /// Refusals are as many as strangers like: so many lines at once, and then so many a second.
    private static let refusalRule = PaceRule.burst(most: 100, every: .milliseconds(20))

    /// Pseudonyms are this process's own: `random` gives their key.
    package init(_ log: Log, _ settings: RequestLogSettings, random: Randomness) {
        self.log = log
        self.settings = settings
        key = SymmetricKey(data: random.bytes(32))
    }

    /// `now`: of `World.elapsed`. Cost: 20 ns where no line is written, else some 6 µs.
    package func note(_ finished: Finished, took: Duration, at now: Duration) {
        switch finished.status {
        case 500... where finished.isFault: write(finished, took) { $0.error("request", $1) }
        case 400..<500:
            guard refusals.withLock({ $0.take(1, Self.refusalRule, at: now).isAdmitted }) else {
                suppressed.wrappingAdd(1, ordering: .relaxed)
                return
            }
            write(finished, took) { $0.info("request", $1) }
        default:
            let isSlow = took >= settings.slow && !(finished.route?.isLong ?? false)
            if isSlow {
                write(finished, took) { $0.warning("slow request", $1) }
            } else if isChosen {
                write(finished, took) { $0.info("request", $1) }
            }
        }
    }

    /// `share` of a hundred, evenly.
    private var isChosen: Bool {
        guard settings.share > 0 else { return false }
        let number = count.wrappingAdd(1, ordering: .relaxed).oldValue
        return number % 100 * UInt64(settings.share) % 100 < UInt64(settings.share)
    }

    private func write(_ finished: Finished, _ took: Duration, _ say: (Log, LogFields) -> Void) {
        let log = finished.id.map { self.log.correlated($0) } ?? self.log
        say(
            log,
            [
                "route": .public(finished.route?.name ?? Traffic.noRoute), "method": .public(finished.route?.method.rawValue ?? "other"),
                "status": .count(finished.status), "took": .duration(took), "caller": .public(pseudonym(finished.caller)),
                "trace": .public(finished.trace.map { Hexadecimal.string($0.trace) } ?? ""),
                "not_logged": .count(suppressed.exchange(0, ordering: .relaxed)),
            ])
    }

    /// Twelve hexadecimal digits of an HMAC: the same for one caller as long as the process lives, and nobody's name.
    private func pseudonym(_ caller: Caller?) -> String {
        guard let caller else { return "" }
        var frame = FramedFields()
        frame.append("zancada caller")
        frame.append(caller.tenant?.text ?? "")
        frame.append(caller.actor.text)
        return Hexadecimal.string(Array(HMAC<SHA256>.authenticationCode(for: frame.bytes, using: key)).prefix(6))
    }
}

extension Route {
    /// Whether it is meant to take long: an answer that is followed for as long as one likes.
    fileprivate var isLong: Bool { time > .seconds(60) }
}

/// What an operator may set about lines for requests.
package struct RequestLogSettings: Sendable {
    /// Of a hundred requests that went well, how many get a line.
    package var share: Int
    package var slow: Duration

    package init(_ config: Config) {
        share = config[Self.shareKey]
        slow = config[Self.slowKey]
    }

    package init(share: Int, slow: Duration) {
        self.share = share
        self.slow = slow
    }

    static let shareKey = ConfigKey<Int>(
        "log.requests_percent", .integer(0...100), default: 5,
        Text(
            es: "De cada cien solicitudes sin problema, cuántas se anotan; las que fallan y las lentas, siempre.",
            en: "Of a hundred requests without trouble, how many are logged; failed and slow ones always are."))
    static let slowKey = ConfigKey<Duration>(
        "log.slow_request", .duration(.milliseconds(1)...(.seconds(3_600))), default: .seconds(1),
        Text(es: "Desde cuánto tiempo una solicitud es lenta.", en: "From how long on a request is slow."))

    package static let declared = [shareKey.declaration, slowKey.declaration]
}
