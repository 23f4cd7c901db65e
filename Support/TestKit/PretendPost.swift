import Base
import Glibc
import Synchronization

/// Says of itself that it is a mail server, and answers as it was told, well or badly: one move at the start, then one for each
/// command, and one for a mail's content. After the last move it says nothing more.
package final class PretendPost: Sendable {
    /// What it does when it is its turn.
    package enum Move: Sendable {
        case say(String)
        /// Says nothing any more.
        case hang
        case cut
        /// Says a text, and cuts.
        case sayAndCut(String)
        /// Says the same without end, until the other side goes.
        case flood(String)
    }

    package let port: UInt16
    private let listener: Int32
    private let moves: [Move]
    private let said = Mutex<[String]>([])
    private let flooded = Mutex(0)
    private let isClosed = Mutex(false)

    /// As `mail.server` names it.
    package var address: String { "smtp://127.0.0.1:\(port)?tls=none" }

    package init(_ moves: [Move]) throws {
        self.moves = moves
        (listener, port) = try Loopback.listen()
        let acceptor = WorkThread()
        acceptor.run { [self] in accept() }
        acceptor.stop()
    }

    package func close() { isClosed.withLock { $0 = true } }

    /// What was said to it, line by line, contents included.
    package var heard: [String] { said.withLock { $0 } }

    /// How many bytes went out in floods.
    package var floodedBytes: Int { flooded.withLock { $0 } }

    private var isOver: Bool { isClosed.withLock { $0 } }

    private func accept() {
        while !isOver {
            guard let client = try? Loopback.accept(listener) else { continue }
            let thread = WorkThread()
            thread.run { [self] in
                // Ends by an error when the client leaves.
                try? talk(client)
                Glibc.close(client)
            }
            thread.stop()
        }
        Glibc.close(listener)
    }

    private func talk(_ client: Int32) throws {
        var rest: [UInt8] = []
        for (number, move) in moves.enumerated() {
            if number > 0 {
                let isContent = if case .say(let before) = moves[number - 1] { before.hasPrefix("354") } else { false }
                guard try listen(client, &rest, untilDot: isContent) else { return }
            }
            switch move {
            case .say(let text): try Loopback.send(text.utf8, to: client)
            case .hang: return try wait(client)
            case .cut: return
            case .sayAndCut(let text): return try Loopback.send(text.utf8, to: client)
            case .flood(let text):
                while !isOver {
                    try Loopback.send(text.utf8, to: client)
                    flooded.withLock { $0 += text.utf8.count }
                }
            }
        }
        try wait(client)
    }

    /// Until a line has come, or one with a dot alone; false where the other side went.
    private func listen(_ client: Int32, _ rest: inout [UInt8], untilDot: Bool) throws -> Bool {
        while true {
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end].filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
                rest.removeFirst(end + 1)
                said.withLock { $0.append(line) }
                if !untilDot || line == "." { return true }
            }
            guard let bytes = try next(client), !bytes.isEmpty else { return false }
            rest += bytes
        }
    }

    /// Until the other side goes; what it still says is heard.
    private func wait(_ client: Int32) throws {
        while let bytes = try next(client), !bytes.isEmpty {
            said.withLock { $0 += String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init) }
        }
    }

    /// nil where the test is over.
    private func next(_ client: Int32) throws -> [UInt8]? {
        while !isOver {
            if try Loopback.isReadable(client, milliseconds: 20) { return try Loopback.receive(client) }
        }
        return nil
    }
}
