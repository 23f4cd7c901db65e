/// How a value is written by an operator and read, with its range and unit.
package struct ConfigForm<Value: Sendable>: Sendable {
    /// What may stand there, as the rest of "must be …".
    package let takes: Text
    let read: @Sendable (ConfigRaw) -> Value?
    let write: @Sendable (Value) -> String

    /// `write` gives what `read` takes. For forms beyond the ones here.
    package init(
        takes: Text, read: @escaping @Sendable (String) -> Value?, write: @escaping @Sendable (Value) -> String
    ) {
        self.takes = takes
        self.read = { raw in if case .text(let text) = raw { read(text) } else { nil } }
        self.write = write
    }

    private init(takes: Text, list: @escaping @Sendable (ConfigRaw) -> Value?, write: @escaping @Sendable (Value) -> String) {
        self.takes = takes
        read = list
        self.write = write
    }
}

/// A value as its source holds it. Only the file can hold a list as such.
enum ConfigRaw: Sendable, Hashable {
    case text(String)
    case list([String])
}

extension ConfigForm where Value == String {
    /// Not empty, no control characters, at most `mostBytes`.
    package static func text(mostBytes: Int = 1_024) -> Self {
        Self(
            takes: Text(es: "un texto de 1 a \(mostBytes) bytes", en: "a text of 1 to \(mostBytes) bytes"),
            read: { isPlain($0) && $0.utf8.count <= mostBytes ? $0 : nil }, write: { $0 })
    }

    /// Text that begins with one of these schemes and a colon; what stands behind is for its reader to check.
    package static func url(schemes: [String]) -> Self {
        let list = schemes.joined(separator: ", ")
        return Self(
            takes: Text(es: "una URL que empiece por \(list)", en: "a URL that begins with \(list)"),
            read: { text in
                let isKnown = schemes.contains { text.hasPrefix("\($0):") && text.utf8.count > $0.utf8.count + 1 }
                return isKnown && isPlain(text) && text.utf8.count <= 4_096 ? text : nil
            }, write: { $0 })
    }

    /// One of these words.
    package static func choice(_ words: [String]) -> Self {
        let list = words.joined(separator: ", ")
        return Self(
            takes: Text(es: "una de estas palabras: \(list)", en: "one of: \(list)"),
            read: { words.contains($0) ? $0 : nil }, write: { $0 })
    }
}

extension ConfigForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases, by its word.
    package static var oneOf: Self {
        let list = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(
            takes: Text(es: "una de estas palabras: \(list)", en: "one of: \(list)"), read: { Value(rawValue: $0) }, write: \.rawValue)
    }
}

extension ConfigForm where Value == Bool {
    /// `true` or `false`.
    package static var boolean: Self {
        Self(
            takes: Text(es: "true o false", en: "true or false"),
            read: { $0 == "true" ? true : $0 == "false" ? false : nil }, write: { $0 ? "true" : "false" })
    }
}

extension ConfigForm where Value == Int {
    /// Decimal digits, with a sign where negative.
    package static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(
            takes: Text(
                es: "un número entero de \(range.lowerBound) a \(range.upperBound)",
                en: "a whole number from \(range.lowerBound) to \(range.upperBound)"),
            read: { text in
                guard text.first != "+", let value = Int(text), range.contains(value) else { return nil }
                return value
            }, write: { "\($0)" })
    }

    /// A count of bytes with its unit: `512B`, `64KiB`, `10MB`.
    package static func bytes(_ range: ClosedRange<Int>) -> Self {
        let (least, most) = (ByteSizeText.write(range.lowerBound), ByteSizeText.write(range.upperBound))
        return Self(
            takes: Text(es: "un tamaño de \(least) a \(most), como 64KiB", en: "a size from \(least) to \(most), such as 64KiB"),
            read: { text in ByteSizeText.read(text).flatMap { range.contains($0) ? $0 : nil } },
            write: { ByteSizeText.write($0) })
    }
}

extension ConfigForm where Value == Duration {
    /// Whole units: `250ms`, `30s`, `5min`, `8h`, `7d`.
    package static func duration(_ range: ClosedRange<Duration>) -> Self {
        let (least, most) = (DurationText.write(range.lowerBound), DurationText.write(range.upperBound))
        return Self(
            takes: Text(es: "una duración de \(least) a \(most), como 30s", en: "a duration from \(least) to \(most), such as 30s"),
            read: { text in DurationText.read(text).flatMap { range.contains($0) ? $0 : nil } },
            write: { DurationText.write($0) })
    }
}

extension ConfigForm where Value == [String] {
    /// In the file an array of strings; elsewhere joined by commas. No empty elements; none at all is an empty text.
    package static func list(mostCount: Int = 64) -> Self {
        Self(
            takes: Text(
                es: "una lista de hasta \(mostCount) textos separados por comas",
                en: "a list of at most \(mostCount) texts joined by commas"),
            list: { raw in
                let elements: [String] =
                    switch raw {
                    case .list(let elements): elements
                    case .text(""): []
                    case .text(let text): text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                    }
                let areFine = elements.allSatisfy { isPlain($0) && !$0.contains(",") && $0.utf8.count <= 1_024 }
                return areFine && elements.count <= mostCount ? elements : nil
            }, write: { $0.joined(separator: ",") })
    }
}

extension ConfigForm where Value == Secret? {
    /// A password or token; nil until it is set. Its key is declared with `isSecret`, or through `ConfigKey(secret:)`.
    package static var secret: Self {
        Self(
            takes: Text(es: "un texto de 1 a 4096 bytes", en: "a text of 1 to 4096 bytes"),
            read: { text in
                // A literal optional of an optional: a secret, or no reading at all.
                isPlain(text) && text.utf8.count <= 4_096 ? .some(Secret(text)) : nil
            }, write: { _ in "" })
    }
}

extension ConfigKey where Value == Secret? {
    /// A key for a password or token.
    package init(secret name: String, _ meaning: Text) {
        self.init(name, .secret, default: nil, isSecret: true, meaning)
    }
}

extension ConfigForm {
    /// The same, where nothing need be set.
    package static func optional<Wrapped>(_ form: ConfigForm<Wrapped>) -> Self where Value == Wrapped? {
        Self(
            takes: form.takes, list: { raw in form.read(raw).map { .some($0) } },
            write: { value in value.map { form.write($0) } ?? "" })
    }
}

private func isPlain(_ text: String) -> Bool {
    !text.isEmpty && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
}
