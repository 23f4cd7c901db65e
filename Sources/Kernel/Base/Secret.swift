import Glibc

/// A password, token or key that cannot slip out: it has no text, no mirror and no JSON, and its memory is wiped when the
/// last copy goes.
///
/// It is used inside a closure that borrows it, which is what a review looks for. Copies share one memory.
package struct Secret: Sendable {
    private let memory: WipedMemory

    package init(bytes: UnsafeRawBufferPointer) {
        memory = WipedMemory(bytes.count) { $0.copyMemory(from: bytes) }
    }

    /// The array stays as it is: whoever made it may hold a copy.
    package init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { Secret(bytes: $0) }
    }

    /// The string stays as it is: whoever made it may hold a copy.
    package init(_ text: String) {
        self.init(Array(text.utf8))
    }

    /// Of `count` bytes that `fill` writes in place, so that no copy stays behind. What it returns says how many count.
    init<Thrown: Error>(count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Thrown) -> Int) throws(Thrown) {
        memory = try WipedMemory(filling: count, fill)
    }

    package var byteCount: Int { memory.bytes.count }

    /// Lends the bytes, which end with the call: nothing may keep the pointer.
    package func withExposedBytes<Result, Thrown: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Thrown) -> Result
    ) throws(Thrown) -> Result {
        defer { withExtendedLifetime(memory) {} }
        return try body(memory.bytes)
    }

    /// Lends a text of the bytes, for libraries that take nothing else. That text is a copy which nobody wipes.
    package func withExposedText<Result, Thrown: Error>(_ body: (String) throws(Thrown) -> Result) throws(Thrown) -> Result {
        try body(String(decoding: memory.bytes, as: UTF8.self))
    }
}

extension Secret: Equatable {
    /// By `ConstantTime`.
    package static func == (one: Secret, other: Secret) -> Bool {
        one.withExposedBytes { one in other.withExposedBytes { ConstantTime.isEqual(one, $0) } }
    }

    package static func == (secret: Secret, bytes: [UInt8]) -> Bool {
        secret.withExposedBytes { secret in bytes.withUnsafeBytes { ConstantTime.isEqual(secret, $0) } }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "‹secret›" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Bytes that are overwritten before they are given back. `@unchecked`: they are written before `init` returns and only
/// read until `deinit`, which runs when nobody holds them any more.
private final class WipedMemory: @unchecked Sendable {
    private let whole: UnsafeMutableRawBufferPointer
    let bytes: UnsafeRawBufferPointer

    init(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        whole = .allocate(byteCount: count, alignment: 16)
        bytes = UnsafeRawBufferPointer(whole)
        fill(whole)
    }

    init<Thrown: Error>(filling count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Thrown) -> Int) throws(Thrown) {
        let whole = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        do {
            bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(whole)[..<(try fill(whole))])
            self.whole = whole
        } catch {
            wipe(whole)
            whole.deallocate()
            throw error
        }
    }

    deinit {
        wipe(whole)
        whole.deallocate()
    }
}

/// Overwrites memory with zeros before it is given back. A plain loop would be removed, for nobody reads what it writes.
package func wipe(_ memory: UnsafeMutableRawBufferPointer) {
    if let start = memory.baseAddress { explicit_bzero(start, memory.count) }
}
