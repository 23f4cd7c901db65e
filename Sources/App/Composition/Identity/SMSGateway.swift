import Base
import Foundation
import FoundationNetworking
import Identity

/// Sends text messages by whoever an operator put behind an address: one POST of `{"to": "+57…", "text": "…"}` a message, which is taken with
/// a status of 2xx. Services with another form want a few lines of a program between.
///
/// A message is tried once: who waits for a code asks for another sooner than we could know whether the first went out.
final class SMSGateway: Sendable {
    private let address: URL
    private let token: Secret?
    private let limit: Duration
    private let session: URLSession

    /// Of one message, from its first byte to the end of the answer.
    static let usualLimit: Duration = .seconds(10)
    private static let mostAnswerBytes = 65_536

    /// nil where no address is set. Throws `Failure(.invalid)` for a token that would go over a network in clear, and what reading its file
    /// throws.
    static func sender(_ settings: Config, limit: Duration = usualLimit) throws -> SMSSender? {
        guard let text = settings[IdentitySettings.smsAddress] else { return nil }
        guard let address = URL(string: text), let name = address.host() else { throw Failure.smsAddress }
        let isHere = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(name)
        guard address.scheme == "https" || isHere else { throw Failure.smsInClear }
        let token = try settings[IdentitySettings.smsTokenFile].map { try Secret(file: $0) }
        let gateway = SMSGateway(address, token, limit)
        return SMSSender { number, text in try await gateway.send(number, text) }
    }

    private init(_ address: URL, _ token: Secret?, _ limit: Duration) {
        self.address = address
        self.token = token
        self.limit = limit
        let settings = URLSessionConfiguration.ephemeral
        settings.httpMaximumConnectionsPerHost = 4
        settings.httpShouldSetCookies = false
        settings.urlCache = nil
        session = URLSession(configuration: settings, delegate: StayingHere(), delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    private func send(_ number: PhoneNumber, _ text: String) async throws {
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        request.timeoutInterval = max(0.05, limit / .seconds(1))
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        token?.withExposedText { request.setValue("Bearer \($0)", forHTTPHeaderField: "Authorization") }
        var json = JSONWriter(reservingBytes: 256)
        json.object { json in
            json.member("to", number.text)
            json.member("text", text)
        }
        request.httpBody = Data(json.bytes)
        let response = try await withinLimit { [session, request] in
            let (data, response) = try await session.data(for: request)
            guard data.count <= Self.mostAnswerBytes else { throw Failure.smsRefused(0) }
            return (response as? HTTPURLResponse)?.statusCode ?? 0
        }
        guard (200..<300).contains(response) else { throw Failure.smsRefused(response) }
    }

    /// The library's own time-out counts from the last byte: a server that sends one a second would hold us for ever. What it throws names the
    /// address at most.
    private func withinLimit(_ body: @escaping @Sendable () async throws -> Int) async throws -> Int {
        let limit = limit
        return try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                do { return try await body() } catch let error as URLError { throw Failure.smsUnreachable(error.errorCode) }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure.smsUnreachable(0)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? 0
        }
    }
}

/// A redirection would carry the token, the number and the code to somebody else.
private final class StayingHere: NSObject, URLSessionTaskDelegate, Sendable {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}

extension Failure {
    fileprivate static let smsAddress = Failure(
        .invalid, "sms_url", Text(es: "identity.sms_url no es una dirección.", en: "identity.sms_url is no address."))

    fileprivate static let smsInClear = Failure(
        .invalid, "sms_in_clear",
        Text(
            es: "identity.sms_url enviaría códigos y números sin cifrar por la red: use https.",
            en: "identity.sms_url would send codes and numbers over the network in clear: use https."))

    fileprivate static func smsRefused(_ status: Int) -> Failure {
        Failure(
            .unavailable, "sms_refused",
            Text(
                es: "El servicio de mensajes de texto no tomó un mensaje: respondió \(status).",
                en: "The service for text messages did not take one: it answered \(status)."))
    }

    fileprivate static func smsUnreachable(_ code: Int) -> Failure {
        Failure(
            .unavailable, "sms_unreachable",
            Text(
                es: "No se llega al servicio de mensajes de texto, o tarda demasiado (\(code)): revise identity.sms_url.",
                en: "The service for text messages cannot be reached, or takes too long (\(code)): check identity.sms_url."))
    }
}
