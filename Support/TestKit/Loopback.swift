import Glibc

/// Sockets on 127.0.0.1, for what stands in for a network in tests.
enum Loopback {
    /// A listening socket at a free port.
    static func listen() throws -> (socket: Int32, port: UInt16) {
        let socket = try checked(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        do {
            try withAddress(port: 0) { _ = try checked(bind(socket, $0, $1)) }
            _ = try checked(Glibc.listen(socket, 64))
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            try withUnsafeMutablePointer(to: &address) {
                try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = try checked(getsockname(socket, $0, &length)) }
            }
            return (socket, UInt16(bigEndian: address.sin_port))
        } catch {
            Glibc.close(socket)
            throw error
        }
    }

    static func connect(port: UInt16) throws -> Int32 {
        let socket = try checked(Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        do {
            try withAddress(port: port) { _ = try checked(Glibc.connect(socket, $0, $1)) }
            sendAtOnce(socket)
            return socket
        } catch {
            Glibc.close(socket)
            throw error
        }
    }

    /// nil where nobody came within 20 ms.
    static func accept(_ listener: Int32) throws -> Int32? {
        guard try isReadable(listener, milliseconds: 20) else { return nil }
        let socket = try checked(Glibc.accept(listener, nil, nil))
        sendAtOnce(socket)
        return socket
    }

    static func isReadable(_ socket: Int32, milliseconds: Int32) throws -> Bool {
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return try checked(poll(&entry, 1, milliseconds)) > 0
    }

    /// What has arrived; empty once the other side has closed.
    static func receive(_ socket: Int32) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = try checked(recv(socket, &bytes, bytes.count, 0))
        return Array(bytes[..<count])
    }

    static func send(_ bytes: some Sequence<UInt8>, to socket: Int32) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = try rest.withUnsafeBytes { try checked(Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))) }
            rest = rest.dropFirst(count)
        }
    }

    /// Closes so that the other side sees a reset, as when a machine goes away.
    static func reset(_ socket: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(socket)
    }

    private static func sendAtOnce(_ socket: Int32) {
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func checked<Number: SignedInteger>(_ result: Number) throws -> Number {
        guard result >= 0 else { throw SocketFailed(number: errno) }
        return result
    }
}

struct SocketFailed: Error {
    let number: Int32
}
