import Base

/// From one root to another: every epoch's file is wrapped under the new one, and a former root that was a file is destroyed.
/// Goes on where it broke off. Processes that know both roots (`RootTransition`) read and write throughout.
package struct RootMove: Sendable {
    /// The same steps as those of a rotation.
    package typealias Step = FileRootRotation.Step

    private let folder: KeyFolder
    private let former: any RootKey
    private var rewrap: RootRewrap

    package init(_ folder: KeyFolder, from former: any RootKey, to new: any RootKey) {
        self.folder = folder
        self.former = former
        rewrap = RootRewrap(folder, under: RootTransition(from: former, to: new))
    }

    /// Nothing is made: the new root is there already.
    package func begin() async throws -> Step { .began }

    /// The next step, under the folder's lock. Throws as `RootRewrap.next`.
    package mutating func next() async throws -> Step {
        let lock = try await folder.lock()
        defer { withExtendedLifetime(lock) {} }
        switch try await rewrap.next(lock) {
        case .wrapped(let organisation, let epoch): return .wrapped(organisation: organisation, epoch: epoch)
        case .finished:
            try (former as? FileRootKey)?.retire(lock)
            return .finished
        }
    }
}
