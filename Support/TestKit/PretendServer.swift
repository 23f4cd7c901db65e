import Base
import Synchronization

/// Says of itself that it is a PostgreSQL of some version, lets everyone in, and refuses every statement: Debian has one
/// version of PostgreSQL, and refusing the others wants testing.
package final class PretendServer: Sendable {
    package let port: UInt16
    private let listener: Int32
    private let parameters: [(name: String, value: String)]
    private let isClosed = Mutex(false)

    /// Where it is, for an engine.
    package var address: String { "postgres://somebody:secret@127.0.0.1:\(port)/anything?sslmode=disable&gssencmode=disable" }

    package init(version: String) throws {
        parameters = [
            ("server_version", version), ("server_encoding", "UTF8"), ("client_encoding", "UTF8"), ("DateStyle", "ISO, MDY"),
            ("integer_datetimes", "on"), ("standard_conforming_strings", "on"), ("TimeZone", "UTC"),
        ]
        (listener, port) = try Loopback.listen()
        let acceptor = WorkThread()
        acceptor.run { [self] in accept() }
        acceptor.stop()
    }

    package func close() { isClosed.withLock { $0 = true } }

    private func accept() {
        while !isClosed.withLock({ $0 }) {
            guard let client = try? Loopback.accept(listener) else { continue }
            let thread = WorkThread()
            thread.run { [self] in
                // Ends by an error when the client leaves.
                try? talk(client)
                Loopback.reset(client)
            }
            thread.stop()
        }
        Loopback.reset(listener)
    }

    private func talk(_ client: Int32) throws {
        var messages = ProtocolMessages(isStarting: true)
        while !isClosed.withLock({ $0 }) {
            guard try Loopback.isReadable(client, milliseconds: 20) else { continue }
            let bytes = try Loopback.receive(client)
            guard !bytes.isEmpty else { return }
            messages.append(bytes)
            while let message = messages.next() {
                switch (message.type, message.startupCode) {
                case (0, 196_608): try Loopback.send(welcome(), to: client)
                case (0, _): try Loopback.send([UInt8(ascii: "N")], to: client)
                case (UInt8(ascii: "Q"), _), (UInt8(ascii: "S"), _): try Loopback.send(refusal() + ready(), to: client)
                case (UInt8(ascii: "X"), _): return
                default: break
                }
            }
        }
    }

    private func welcome() -> [UInt8] {
        var bytes = message("R", [0, 0, 0, 0])
        for (name, value) in parameters { bytes += message("S", Array(name.utf8) + [0] + Array(value.utf8) + [0]) }
        return bytes + message("K", [0, 0, 0, 1, 0, 0, 0, 1]) + ready()
    }

    private func refusal() -> [UInt8] {
        message("E", Array("SERROR\0VERROR\0C0A000\0Mthis server only pretends\0\0".utf8))
    }

    private func ready() -> [UInt8] { message("Z", [UInt8(ascii: "I")]) }

    private func message(_ type: Unicode.Scalar, _ body: [UInt8]) -> [UInt8] {
        [UInt8(ascii: type)] + withUnsafeBytes(of: UInt32(body.count + 4).bigEndian) { Array($0) } + body
    }
}
