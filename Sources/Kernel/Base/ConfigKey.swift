/// One thing that an operator may set, declared where it is used.
///
/// ```swift
/// extension ConfigKey where Value == Duration {
///     static let sessionIdle = ConfigKey(
///         "session.idle", .duration(.seconds(60) ... .seconds(86_400)), default: .seconds(28_800),
///         Text(es: "Cuánto dura una sesión sin uso.", en: "How long an unused session lasts."))
/// }
/// ```
package struct ConfigKey<Value: Sendable>: Sendable {
    /// Lower-case words joined by dots, `session.idle`: its place in the file.
    package let name: String
    package let form: ConfigForm<Value>
    package let fallback: Value
    /// What it is for, in one sentence.
    package let meaning: Text
    /// Never printed, and refused in a file that others may read. Passwords, and URLs that may hold one.
    package let isSecret: Bool

    /// `name` is for the programmer to spell rightly: words of a-z, 0-9 and `_` that begin with a letter.
    package init(_ name: String, _ form: ConfigForm<Value>, default fallback: Value, isSecret: Bool = false, _ meaning: Text) {
        precondition(ConfigName.isValid(name), "\(name) is no name for a key")
        self.name = name
        self.form = form
        self.fallback = fallback
        self.meaning = meaning
        self.isSecret = isSecret
    }

    /// Without its type, for tables of what is declared.
    package var declaration: ConfigDeclaration {
        ConfigDeclaration(
            name: name, meaning: meaning, takes: form.takes, isSecret: isSecret,
            fallback: ConfigValue(text: form.write(fallback), value: fallback),
            read: { raw in form.read(raw).map { ConfigValue(text: form.write($0), value: $0) } })
    }
}

/// A key without its type.
package struct ConfigDeclaration: Sendable {
    package let name: String
    package let meaning: Text
    package let takes: Text
    package let isSecret: Bool
    let fallback: ConfigValue
    let read: @Sendable (ConfigRaw) -> ConfigValue?

    /// `session.idle` is `ZANCADA_SESSION_IDLE`.
    package var environmentName: String { ConfigName.environmentName(name) }
}

/// A value in its own type and as text.
struct ConfigValue: Sendable {
    /// Keeps an optional an optional: in a bare existential, nil would lose its type.
    struct Held<Value: Sendable>: Sendable { let value: Value }

    let text: String
    let held: any Sendable

    init<Value: Sendable>(text: String, value: Value) {
        self.text = text
        held = Held(value: value)
    }
}

/// How keys are spelled.
enum ConfigName {
    static let environmentPrefix = "ZANCADA_"

    static func isValid(_ name: String) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            word.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
                && word.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                    default: false
                    }
                }
        }
    }

    static func environmentName(_ name: String) -> String {
        environmentPrefix + name.uppercased().split(separator: ".").joined(separator: "_")
    }

    /// The known name that takes the fewest changes of a letter; the first in order of the alphabet where several do.
    static func nearest(to name: String, among known: some Sequence<String>) -> String? {
        let name = Array(name.utf8.prefix(100))
        return known.map { (distance(name, Array($0.utf8.prefix(100))), $0) }.min { $0 < $1 }?.1
    }

    /// Letters to insert, remove or replace (Levenshtein 1966).
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (index, byte) in one.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (byte == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}
