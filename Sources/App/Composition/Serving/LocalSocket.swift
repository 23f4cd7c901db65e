import Base
import CDescriptors
import Foundation

/// A stream socket among the files, with descriptors beside its bytes. Calls block, for at most as long as was set.
struct LocalSocket: Sendable {
    let descriptor: Int32

    /// Where the program that serves a database listens: beside it.
    static func path(besides database: String) -> String { database + "-control" }

    /// A socket's name may have 107 bytes and a folder's name more, so the folder is opened and named by its number.
    private static func withAddress<Value>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
        let url = URL(fileURLWithPath: path)
        let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array("/proc/self/fd/\(folder)/\(url.lastPathComponent)".utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private static func fresh() -> Int32 { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0) }

    /// nil where nobody listens there.
    static func connected(to path: String) -> LocalSocket? {
        let descriptor = fresh()
        guard descriptor >= 0 else { return nil }
        guard withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return nil
        }
        return LocalSocket(descriptor: descriptor)
    }

    /// For the one program that owns the database: what a former one left there is removed. Open to this user alone. nil where it
    /// cannot be made.
    static func listening(at path: String) -> LocalSocket? {
        let descriptor = fresh()
        guard descriptor >= 0 else { return nil }
        unlink(path)
        guard withAddress(path, { bind(descriptor, $0, $1) }) == 0, chmod(path, 0o600) == 0, listen(descriptor, 64) == 0 else {
            close(descriptor)
            return nil
        }
        return LocalSocket(descriptor: descriptor)
    }

    func limit(_ time: Duration) {
        var value = timeval(tv_sec: Int(time.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Whether the other end is this user's.
    var isOwn: Bool { descriptors_peer_user(descriptor) == Int(geteuid()) }

    /// False where the other end is gone or does not read.
    func send(_ bytes: [UInt8], with descriptors: [Int32] = []) -> Bool {
        var sent = descriptors_send(descriptor, bytes, bytes.count, descriptors, Int32(descriptors.count))
        var total = max(sent, 0)
        while sent > 0, total < bytes.count {
            sent = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress.map { $0 + total }, $0.count - total, Int32(MSG_NOSIGNAL))
            }
            total += max(sent, 0)
        }
        return total == bytes.count
    }

    /// A line without its end, and the descriptors that came with its beginning; nil where none came whole.
    func line(atMost most: Int, descriptors room: Int = 0) -> (bytes: [UInt8], descriptors: [Int32])? {
        var line: [UInt8] = []
        var descriptors: [Int32] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while line.count <= most {
            var came = [Int32](repeating: -1, count: max(room, 1))
            var count = Int32(room)
            let received = descriptors_receive(descriptor, &piece, piece.count, &came, &count)
            descriptors += came.prefix(Int(count))
            guard received > 0, descriptors.count <= room else { break }
            line += piece.prefix(received)
            if line.last == UInt8(ascii: "\n") { return (line.dropLast(), descriptors) }
        }
        for descriptor in descriptors { close(descriptor) }
        return nil
    }

    func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
