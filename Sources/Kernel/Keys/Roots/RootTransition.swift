import Base

/// From one root to another, as from a file to a transit engine: wraps under the new one, unwraps what either wrapped. In
/// force until a `RootRewrap` has finished.
package struct RootTransition: RootKey {
    private let former: any RootKey
    private let new: any RootKey

    package init(from former: any RootKey, to new: any RootKey) {
        self.former = former
        self.new = new
    }

    package func wrap(_ key: Secret, for use: KeyUse) async throws -> RootWrapped { try await new.wrap(key, for: use) }

    package func unwrap(_ wrapped: RootWrapped, for use: KeyUse) async throws -> Secret {
        let isForeign = try await new.standing(of: wrapped) == .foreign
        return try await (isForeign ? former : new).unwrap(wrapped, for: use)
    }

    /// What the former root wrapped is `.former`, whatever it says of itself.
    package func standing(of wrapped: RootWrapped) async throws -> RootStanding {
        switch try await new.standing(of: wrapped) {
        case .newest: .newest
        case .former: .former
        case .foreign: try await former.standing(of: wrapped) == .foreign ? .foreign : .former
        }
    }
}
