import Base
import MailFormat
import NIOCore
import Runtime

/// One mail handed over on one connection, step by step.
struct SMTPConversation: Sendable {
    let configuration: SMTPConfiguration
    /// Hears of each step: its reply, or nil where there is none to show.
    let tell: @Sendable (SMTPStep, SMTPReply?) -> Void

    private var deadlines: SMTPDeadlines { configuration.deadlines }

    /// What the server says it can do, by its keywords.
    private typealias Extensions = [String: [String]]

    /// Throws `SMTPFault`, and `CancellationError` where the task was cancelled.
    func deliver(_ content: [UInt8], to recipient: MailAddress) async throws {
        let line = try await named(.connect) {
            try await SMTPLine.open(to: configuration.server, tls: configuration.context, within: deadlines.connecting)
        }
        tell(.connect, nil)
        defer { line.close() }
        try await withTaskCancellationHandler {
            do {
                try await talk(on: line, content, to: recipient)
            } catch {
                // A connection that was closed because nobody waits any more was not cut by the server.
                if Task.isCancelled { throw CancellationError() }
                throw error
            }
        } onCancel: {
            line.close()
        }
    }

    private func talk(on line: SMTPLine, _ content: [UInt8], to recipient: MailAddress) async throws {
        try await ask(line, .greeting, "") { $0.code == 220 }
        var extensions = try await hello(line, .hello)
        if configuration.server.security == .startTLS {
            guard extensions["STARTTLS"] != nil else { throw SMTPFault(.startTLS, .noStartTLS) }
            try await ask(line, .startTLS, "STARTTLS") { $0.code == 220 }
            guard let context = configuration.context else { throw SMTPFault(.startTLS, .noStartTLS) }
            try await named(.startTLS) { try await line.secure(context, as: configuration.server.name) }
            // What was said in clear counts for nothing (RFC 3207, 4.2).
            extensions = try await hello(line, .helloAgain)
        }
        if let credentials = configuration.credentials {
            try await signIn(line, credentials, mechanisms: extensions["AUTH"] ?? [])
        }
        let size = try Self.size(extensions, of: content)
        try await ask(line, .sender, "MAIL FROM:<\(configuration.from.address.text)>\(size)") { $0.code == 250 }
        try await ask(line, .recipient, "RCPT TO:<\(recipient.text)>") { $0.code == 250 || $0.code == 251 }
        try await ask(line, .data, "DATA") { $0.code == 354 }
        let reply = try await named(.content) { try await line.ask(DotStuffing.data(content), within: deadlines.content) }
        try check(.content, reply) { $0.code == 250 }
        // The mail is theirs: how they take their leave changes nothing.
        let farewell = try? await line.ask(Array("QUIT\r\n".utf8), within: min(deadlines.answering, .seconds(2)))
        tell(.quit, farewell)
    }

    /// An address literal is what a machine without a name of its own says (RFC 5321, 4.1.4).
    private func hello(_ line: SMTPLine, _ step: SMTPStep) async throws -> Extensions {
        let own =
            switch line.channel.localAddress {
            case .v4(let address)?: "[\(SocketAddress.v4(address).ipAddress ?? "127.0.0.1")]"
            case .v6(let address)?: "[IPv6:\(SocketAddress.v6(address).ipAddress ?? "::1")]"
            default: "[127.0.0.1]"
            }
        let reply = try await ask(line, step, "EHLO \(own)") { $0.code == 250 }
        var extensions: Extensions = [:]
        for text in reply.lines.dropFirst() {
            let words = text.uppercased().split(separator: " ").map(String.init)
            if let word = words.first { extensions[word] = Array(words.dropFirst()) }
        }
        return extensions
    }

    /// Only ever under TLS: `SMTPConfiguration` takes no password without.
    private func signIn(_ line: SMTPLine, _ credentials: SMTPConfiguration.Credentials, mechanisms: [String]) async throws {
        let user = Array(credentials.user.utf8)
        let password = credentials.password.withExposedBytes { Array($0) }
        if mechanisms.contains("PLAIN") {
            // RFC 4616. With the command where it fits into a line of one.
            let response = Base64.string([0] + user + [0] + password)
            if response.utf8.count <= 480 { return try await prove(line, "AUTH PLAIN \(response)") }
            try await ask(line, .authenticate, "AUTH PLAIN") { $0.code == 334 }
            return try await prove(line, response)
        }
        guard mechanisms.contains("LOGIN") else { throw SMTPFault(.authenticate, .noMechanism) }
        try await ask(line, .authenticate, "AUTH LOGIN") { $0.code == 334 }
        try await ask(line, .authenticate, Base64.string(user)) { $0.code == 334 }
        try await prove(line, Base64.string(password))
    }

    private func prove(_ line: SMTPLine, _ words: String) async throws {
        try await ask(line, .authenticate, words) { $0.code == 235 }
    }

    /// RFC 1870: what is too large is not sent at all.
    private static func size(_ extensions: Extensions, of content: [UInt8]) throws -> String {
        guard let limits = extensions["SIZE"] else { return "" }
        if let most = limits.first.flatMap({ Int($0) }), most > 0, content.count > most { throw SMTPFault(.sender, .tooLarge) }
        return " SIZE=\(content.count)"
    }

    @discardableResult
    private func ask(_ line: SMTPLine, _ step: SMTPStep, _ command: String, _ isExpected: (SMTPReply) -> Bool) async throws -> SMTPReply {
        let bytes = command.isEmpty ? [] : Array("\(command)\r\n".utf8)
        let reply = try await named(step) { try await line.ask(bytes, within: deadlines.answering) }
        try check(step, reply, isExpected)
        return reply
    }

    /// What is neither expected nor a refusal is not understood.
    private func check(_ step: SMTPStep, _ reply: SMTPReply, _ isExpected: (SMTPReply) -> Bool) throws {
        tell(step, reply)
        guard !isExpected(reply) else { return }
        throw SMTPFault(step, reply.code >= 400 ? .refused(code: reply.code, status: reply.status) : .nonsense)
    }

    private func named<Value: Sendable>(_ step: SMTPStep, _ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let reason as SMTPFault.Reason {
            // The handshake goes with whatever is said next.
            throw SMTPFault(reason == .untrusted ? .secure : step, reason)
        }
    }
}
