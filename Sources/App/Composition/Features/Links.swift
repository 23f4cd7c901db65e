import Base

/// A port of a feature and who answers it. All of them are answered in this process: roles that run elsewhere get theirs with the
/// door.
package struct Link: Sendable, Hashable {
    /// `exercise_library.protocols`: the feature, a dot, the port.
    package let port: String
    /// Who answers, for operators.
    package let provider: Text
}

/// How the features hang together: one row for each port that a manifest names, held to it by a test. What answers is put in where
/// the feature is made (`Roster.features`).
package enum Links {
    /// All of them.
    package static let table: [Link] = []
}
