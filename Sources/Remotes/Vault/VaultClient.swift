import Base
import Foundation
import FoundationNetworking

/// Calls of the engine's HTTP interface, each within a deadline, tried again where that may help. All calls can be repeated:
/// none changes anything in the engine.
final class VaultClient: Sendable {
    enum Method: String { case get = "GET", post = "POST" }

    /// The engine understood and refused (400). `reasons` are its own words; they hold no keys.
    struct Refused: Error { let reasons: [String] }

    /// The most that an answer may hold; the engine's are below 2 KiB.
    static let mostAnswerBytes = 65_536

    private let configuration: VaultConfiguration
    private let world: World
    private let session: URLSession

    init(_ configuration: VaultConfiguration, world: World) {
        self.configuration = configuration
        self.world = world
        let settings = URLSessionConfiguration.ephemeral
        settings.httpMaximumConnectionsPerHost = 4
        settings.httpShouldSetCookies = false
        settings.urlCache = nil
        settings.requestCachePolicy = .reloadIgnoringLocalCacheData
        session = URLSession(configuration: settings, delegate: NoRedirects(), delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// The answer's JSON. Throws `Refused`, and `Failure`: `.unavailable` where the engine cannot be reached, is sealed, does not
    /// let us or has no such key; `.deadlineExceeded` where it takes too long; `.fault` where its answer is none.
    func call(_ method: Method, _ path: String, _ body: [String: String]?) async throws -> JSON {
        let end = world.elapsed() + configuration.deadline
        var pause = configuration.firstPause
        var last = Failure.vaultDeadline
        for number in 1...max(1, configuration.mostTries) {
            switch try await attempt(method, path, body, until: end) {
            case .answer(let json): return json
            case .again(let failure): last = failure
            }
            // Some chance, so that many processes do not come back in step.
            let wait = pause + pause * (Double(world.random.next() >> 11) * 0x1p-54)
            guard number < configuration.mostTries, world.elapsed() + wait < end else { break }
            try await Task.sleep(for: wait)
            pause *= 2
        }
        throw last
    }

    private enum Attempt {
        case answer(JSON)
        case again(Failure)
    }

    private func attempt(_ method: Method, _ path: String, _ body: [String: String]?, until end: Duration) async throws -> Attempt {
        let left = end - world.elapsed()
        guard left > .zero else { throw Failure.vaultDeadline }
        var request = URLRequest(url: configuration.address.appending(path: path))
        request.httpMethod = method.rawValue
        request.timeoutInterval = max(0.05, Double(left.wholeMicroseconds) / 1e6)
        configuration.token.withExposedText { request.setValue($0, forHTTPHeaderField: "X-Vault-Token") }
        if let body {
            var writer = JSONWriter(reservingBytes: 512)
            writer.object { json in
                for (name, value) in body.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
            }
            request.httpBody = Data(writer.bytes)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let (data, response): (Data, URLResponse)
        do {
            (data, response) = try await withDeadline(left) { [session, request] in try await session.data(for: request) }
        } catch is CancellationError where Task.isCancelled {
            throw CancellationError()
        } catch let failure as Failure {
            throw failure
        } catch {
            return .again(.vaultUnreachable(configuration.address.host() ?? "?", code: (error as? URLError)?.errorCode ?? 0))
        }
        guard let status = (response as? HTTPURLResponse)?.statusCode, data.count <= Self.mostAnswerBytes else { throw Failure.vaultAnswer }
        return try judge(status, Array(data))
    }

    private func judge(_ status: Int, _ bytes: [UInt8]) throws -> Attempt {
        let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostAnswerBytes, depth: 16))
        switch status {
        case 200:
            guard let json else { throw Failure.vaultAnswer }
            return .answer(json)
        case 400: throw Refused(reasons: json?["errors"]?.array?.compactMap(\.string) ?? [])
        case 401, 403: throw Failure.vaultDenied
        case 404: throw Failure.vaultNoKey(configuration.mount, configuration.key)
        // Asleep, busy, or behind a gateway that lost it.
        case 412, 429, 472, 473, 500, 502, 503, 504: return .again(status == 503 ? .vaultSealed : .vaultStatus(status))
        default: throw Failure.vaultStatus(status)
        }
    }

    /// The library's own time-out counts from the last byte, so a server that sends one byte a second would hold us for ever.
    private func withDeadline<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure.vaultDeadline
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw Failure.vaultDeadline }
            return value
        }
    }
}

/// A redirection would carry the token to somebody else.
private final class NoRedirects: NSObject, URLSessionTaskDelegate, Sendable {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
