/// A body that is read as it comes. What is not read holds the other side up: at most a few buffers wait here.
package struct BodyStream: Sendable {
    /// As the request says (`Content-Length`), before any decompression; nil where it does not.
    package let length: Int?
    private let next: @Sendable () async throws -> [UInt8]?

    package init(length: Int?, next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.length = length
        self.next = next
    }

    /// The next bytes; nil at the end. Throws `Problem`: `.tooLarge`, `.tooSlow`, `.badRequest` where it broke off.
    package func chunk() async throws -> [UInt8]? { try await next() }
}
