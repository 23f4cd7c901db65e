import Base
import Glibc
import Synchronization

/// Answers each connection with the next text and closes it; after the last one it takes connections and says nothing.
final class ScriptedServer: Sendable {
    let port: UInt16
    private let listener: Int32
    private let requests = Mutex<[String]>([])

    init(_ answers: [String]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw NoSocket() }
        port = UInt16(bigEndian: address.sin_port)
        let thread = WorkThread()
        thread.run { self.serve(answers) }
        thread.stop()
    }

    struct NoSocket: Error {}

    var address: String { "http://127.0.0.1:\(port)" }

    /// Their first lines and heads.
    var received: [String] { requests.withLock { $0 } }

    /// Wakes whoever waits in `accept`, which ends the thread.
    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    static func response(_ status: String, _ body: String, _ heads: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(heads)\r\n\(body)"
    }

    private func serve(_ answers: [String]) {
        var silent: [Int32] = []
        var number = 0
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            guard number < answers.count else {
                silent.append(connection)
                continue
            }
            var bytes = [UInt8](repeating: 0, count: 16_384)
            let count = recv(connection, &bytes, bytes.count, 0)
            requests.withLock { $0.append(String(decoding: bytes[..<max(0, count)], as: UTF8.self)) }
            let answer = Array(answers[number].utf8)
            number += 1
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            shutdown(connection, Int32(SHUT_WR))
            // The other side closes; until then nothing is reset under it.
            while recv(connection, &bytes, bytes.count, 0) > 0 {}
            Glibc.close(connection)
        }
        for connection in silent { Glibc.close(connection) }
        Glibc.close(listener)
    }
}
