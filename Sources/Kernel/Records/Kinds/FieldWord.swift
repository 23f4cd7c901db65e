import Base

/// A word out of a closed list, as a field holds it: a verdict, a muscle.
///
/// ```swift
/// enum Verdict: String, FieldWord { case approved, rejected }
/// … .init(\.verdict, "verdict", Verdict.type, .internal)
/// ```
package protocol FieldWord: FieldValue, CaseIterable, Codable, Hashable, RawRepresentable<String> {}

extension FieldWord {
    package static var type: FieldType { .choice(allCases.map(\.rawValue)) }
    package static func fits(_ type: FieldType) -> Bool { type == self.type }
    package var json: JSON { .string(rawValue) }
}
