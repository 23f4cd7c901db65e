import Base

/// Named byte blobs somewhere else: a folder, another machine, later an object store. What is put is there whole and durable, or not
/// there. No blob is changed: one is put anew in its place, or removed.
package protocol BlobStore: Sendable {
    /// How people know it; no secret.
    var place: String { get }

    /// Puts a blob, in the place of one of that name. Durable when it returns. Throws `Failure`: `.cannotCreate` where there is no
    /// room for it or it may not be written, `.inputOutput` where that broke off; what stood under the name stands as it was then.
    func put(_ bytes: [UInt8], at name: BlobName) async throws

    /// The bytes; nil where there is no such blob. Throws `.inputOutput` where it cannot be read.
    func bytes(of name: BlobName) async throws -> [UInt8]?

    /// A part of it, shorter where the blob ends before; nil where there is no such blob.
    func bytes(of name: BlobName, in range: Range<Int>) async throws -> [UInt8]?

    /// Every blob whose name has this first part, sorted by name; nil: those whose name has one part.
    func blobs(in folder: String?) async throws -> [Blob]

    /// Nothing where there is none. Durable when it returns.
    func remove(_ name: BlobName) async throws

    /// Removes what a writer that was killed left half-written. Only for the one who holds the store.
    func sweep() async throws

    /// Takes the store for one writer among all programs; nil where another has it.
    func hold() async throws -> (any BlobHold)?
}

/// A store that is held, for as long as the value lives.
package protocol BlobHold: AnyObject, Sendable {
    /// Gives it back before the value goes.
    func release() async
}

/// What a store says of a blob without reading it.
package struct Blob: Sendable, Hashable {
    package let name: BlobName
    package let byteCount: Int

    package init(_ name: BlobName, byteCount: Int) {
        self.name = name
        self.byteCount = byteCount
    }
}

/// The name of a blob: one part, or two with `/` between. A part has 1 to 80 of a-z, 0-9 and `-`, so that every store can have it.
package struct BlobName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first of two parts.
    package let folder: String?
    package let last: String

    /// nil for parts that cannot be.
    package init?(_ last: String, in folder: String? = nil) {
        guard Self.isPart(last), folder.map(Self.isPart) ?? true else { return nil }
        self.folder = folder
        self.last = last
    }

    /// Whether a name can have this part.
    package static func isPart(_ text: String) -> Bool {
        (1...80).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }

    package var description: String { folder.map { "\($0)/\(last)" } ?? last }

    package static func < (one: BlobName, other: BlobName) -> Bool { one.description < other.description }
}
