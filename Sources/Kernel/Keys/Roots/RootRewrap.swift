import Base

/// Wraps every organisation's epochs under the newest root key, one file a step, so that the former root can go. Each file is
/// replaced whole, so a crash between any two steps leaves nothing half, and what is left to do is read off the files.
package struct RootRewrap: Sendable {
    /// What a step did.
    package enum Step: Sendable, Hashable {
        case wrapped(organisation: String, epoch: Int64)
        case finished
    }

    private let folder: KeyFolder
    private let root: any RootKey
    /// Files up to here were looked at in this pass; nil: none. Lost with the value, and then they are looked at again.
    private var position: (organisation: String, epoch: Int64)?

    package init(_ folder: KeyFolder, under root: any RootKey) {
        self.folder = folder
        self.root = root
    }

    /// One step, under the folder's lock. `.finished` only after a whole pass that found nothing to do. Throws what the root
    /// throws: `"root_key_wrong"` where a file is under a root that is not known.
    package mutating func next() async throws -> Step {
        let lock = try await folder.lock()
        defer { withExtendedLifetime(lock) {} }
        return try await next(lock)
    }

    /// All steps. Returns how many files were wrapped anew.
    @discardableResult
    package mutating func run() async throws -> Int {
        var count = 0
        while try await next() != .finished { count += 1 }
        return count
    }

    mutating func next(_ lock: KeyFolderLock) async throws -> Step {
        if let position, let step = try await wrapFirst(after: position, lock) { return step }
        position = nil
        return try await wrapFirst(after: ("", 0), lock) ?? .finished
    }

    private mutating func wrapFirst(after start: (organisation: String, epoch: Int64), _ lock: KeyFolderLock) async throws -> Step? {
        for organisation in try folder.organisations() where organisation >= start.organisation {
            for epoch in try folder.epochs(of: organisation) where (organisation, epoch) > start {
                guard let file = try folder.file(of: organisation, epoch: epoch) else { continue }
                if try await root.standing(of: file.key) == .newest { continue }
                let use = KeyUse.organisation(organisation, epoch: epoch)
                let key = try await folder.unwrap(file, by: root)
                try folder.replace(file.rewrapped(try await root.wrap(key, for: use)), lock)
                position = (organisation, epoch)
                return .wrapped(organisation: organisation, epoch: epoch)
            }
        }
        return nil
    }
}

/// A new root key in the place of a file's: made beside it, everything wrapped under it, the former one destroyed. Goes on
/// where it broke off; running processes follow without being told.
package struct FileRootRotation: Sendable {
    /// What a step did.
    package enum Step: Sendable, Hashable {
        /// The next key stands beside the present one and wraps what is new.
        case began
        case wrapped(organisation: String, epoch: Int64)
        /// The former key was destroyed; the next one has its place.
        case finished
    }

    private let root: FileRootKey
    private var rewrap: RootRewrap

    package init(_ root: FileRootKey) {
        self.root = root
        rewrap = RootRewrap(root.folder, under: root)
    }

    /// Whether one broke off and waits to be finished.
    package var isUnfinished: Bool { get throws { try root.isRotating } }

    /// Makes the next key; where a rotation broke off, that one goes on and no key is made.
    package func begin() async throws -> Step {
        try await root.folder.withLock { lock in
            try root.beginRotation(lock)
            return .began
        }
    }

    /// One step of a rotation that began.
    package mutating func next() async throws -> Step {
        let lock = try await root.folder.lock()
        defer { withExtendedLifetime(lock) {} }
        switch try await rewrap.next(lock) {
        case .wrapped(let organisation, let epoch): return .wrapped(organisation: organisation, epoch: epoch)
        case .finished:
            try root.endRotation(lock)
            return .finished
        }
    }

    /// All of it. Returns how many files were wrapped anew.
    @discardableResult
    package mutating func run() async throws -> Int {
        _ = try await begin()
        var count = 0
        while try await next() != .finished { count += 1 }
        return count
    }
}
