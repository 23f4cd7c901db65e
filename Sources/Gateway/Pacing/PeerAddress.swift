import Glibc

/// Whom an address stands for: an IPv4 address for itself, an IPv6 one for its network of 64 bits, which is what one subscriber has.
package struct PeerAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    /// Whether it is this machine.
    package let isLoopback: Bool

    /// From its text, `192.0.2.7` or `2001:db8::7`. What is no address (a local socket) is one of its own.
    package init(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four: UInt32(bigEndian: four.s_addr))
            return
        }
        var six = in6_addr()
        // A zone, `%eth0`, says by which way it is reached.
        let bare = text.utf8.firstIndex(of: UInt8(ascii: "%")).map { String(text[..<$0]) } ?? text
        guard inet_pton(AF_INET6, bare, &six) == 1 else {
            self.init(high: 0, low: .max, isLoopback: false)
            return
        }
        let words = withUnsafeBytes(of: &six) { bytes in
            (bytes.loadUnaligned(as: UInt64.self).bigEndian, bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian)
        }
        // ::ffff:192.0.2.7 is 192.0.2.7.
        if words.0 == 0, words.1 >> 32 == 0xFFFF {
            self.init(four: UInt32(truncatingIfNeeded: words.1))
            return
        }
        self.init(high: words.0, low: 0, isLoopback: words.0 == 0 && words.1 == 1)
    }

    private init(four: UInt32) {
        self.init(high: 0, low: 0xFFFF << 32 | UInt64(four), isLoopback: four >> 24 == 127)
    }

    private init(high: UInt64, low: UInt64, isLoopback: Bool) {
        self.high = high
        self.low = low
        self.isLoopback = isLoopback
    }
}
