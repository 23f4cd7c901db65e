/// What the operator decided, from four layers: defaults, then the file, then the environment, then the command line, each
/// above the one before. Read once at boot; a value knows where it came from.
package struct Config: Sendable {
    /// Where a value came from.
    package enum Source: Sendable, Hashable {
        case fallback
        case file(path: String)
        case environment(variable: String)
        case flag(option: String)
    }

    /// A value from the command line.
    package struct Flag: Sendable {
        /// As it was typed, `--database`.
        package let option: String
        package let key: String
        package let value: String

        package init(option: String, key: String, value: String) {
            self.option = option
            self.key = key
            self.value = value
        }
    }

    private struct Setting: Sendable {
        let value: ConfigValue
        let source: Source
    }

    private let declared: [ConfigDeclaration]
    private var settings: [String: Setting]

    /// Throws `Failure(.invalid)` at the first value that cannot be, or name that nobody declared: in the file, in any
    /// `ZANCADA_…` variable that is not one of `otherVariables`, or in a flag. No two keys may share a variable, which is for
    /// the programmer to see to.
    package init(
        _ declared: [ConfigDeclaration], file: ConfigFile? = nil, environment: [String: String] = [:], flags: [Flag] = [],
        otherVariables: Set<String> = []
    ) throws(Failure) {
        self.declared = declared.sorted { $0.name < $1.name }
        precondition(Set(declared.map(\.environmentName)).count == declared.count, "two keys share a variable")
        settings = [:]
        for declaration in declared { settings[declaration.name] = Setting(value: declaration.fallback, source: .fallback) }
        for (name, raw) in file?.settings ?? [] {
            guard let file else { break }
            try set(name, raw, .file(path: file.path), isPrivate: file.isPrivate)
        }
        let names = Dictionary(uniqueKeysWithValues: declared.map { ($0.environmentName, $0.name) })
        for variable in environment.keys.sorted() where variable.hasPrefix(ConfigName.environmentPrefix) {
            guard !otherVariables.contains(variable) else { continue }
            guard let name = names[variable], let text = environment[variable] else {
                throw unknown(variable, .environment(variable: variable), among: names.keys.sorted())
            }
            try set(name, .text(text), .environment(variable: variable))
        }
        for flag in flags { try set(flag.key, .text(flag.value), .flag(option: flag.option)) }
    }

    /// The value of a declared key. Asking for one that was not declared is a fault in the program.
    package subscript<Value>(key: ConfigKey<Value>) -> Value {
        guard let held = settings[key.name]?.value.held as? ConfigValue.Held<Value> else {
            preconditionFailure("\(key.name) is not declared with this type")
        }
        return held.value
    }

    /// Where the value of a declared key came from.
    package func source<Value>(of key: ConfigKey<Value>) -> Source {
        settings[key.name]?.source ?? .fallback
    }

    private mutating func set(_ name: String, _ raw: ConfigRaw, _ source: Source, isPrivate: Bool = true) throws(Failure) {
        guard let declaration = declared.first(where: { $0.name == name }) else {
            throw unknown(name, source, among: declared.map(\.name))
        }
        guard isPrivate || !declaration.isSecret else { throw tooOpen(name, source) }
        guard let value = declaration.read(raw) else { throw invalid(declaration, source) }
        settings[name] = Setting(value: value, source: source)
    }
}

extension Config {
    /// A line of `zancada config`.
    package struct Row: Sendable, Hashable {
        package let name: String
        package let environmentName: String
        /// Of a secret only whether it is set.
        package let value: Text
        package let fallback: Text
        package let source: Source
        package let takes: Text
        package let meaning: Text
    }

    /// Every declared key with its value, by name.
    package var rows: [Row] {
        declared.map { declaration in
            let setting = settings[declaration.name]
            let source = setting?.source ?? .fallback
            return Row(
                name: declaration.name, environmentName: declaration.environmentName,
                value: shown(setting?.value.text ?? "", declaration, isSet: source != .fallback),
                fallback: shown(declaration.fallback.text, declaration, isSet: !declaration.fallback.text.isEmpty),
                source: source, takes: declaration.takes, meaning: declaration.meaning)
        }
    }

    private func shown(_ text: String, _ declaration: ConfigDeclaration, isSet: Bool) -> Text {
        guard declaration.isSecret else { return Text(verbatim: text) }
        return isSet || !declaration.fallback.text.isEmpty ? Text(es: "definido", en: "set") : Text(es: "sin definir", en: "unset")
    }
}

extension Config.Source {
    /// As the end of "comes from …".
    package var text: Text {
        switch self {
        case .fallback: Text(es: "valor por defecto", en: "default")
        case .file(let path): Text(es: "archivo \(path)", en: "file \(path)")
        case .environment(let variable): Text(es: "variable \(variable)", en: "variable \(variable)")
        case .flag(let option): Text(es: "opción \(option)", en: "option \(option)")
        }
    }
}

private func unknown(_ name: String, _ source: Config.Source, among known: [String]) -> Failure {
    // A name may hold anything, a pasted secret too: only what could be a key is repeated.
    let isShown = name.utf8.count <= 100 && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    let name = isShown ? name : "…"
    let nearest = ConfigName.nearest(to: name, among: known)
    return Failure(
        .invalid, "config_unknown_key",
        Text(
            es: "No existe la clave de configuración \(name) (\(source.text(.spanish)))"
                + (nearest.map { ": la más parecida es \($0)." } ?? "."),
            en: "There is no configuration key \(name) (\(source.text(.english)))" + (nearest.map { ": the nearest is \($0)." } ?? ".")))
}

private func invalid(_ declaration: ConfigDeclaration, _ source: Config.Source) -> Failure {
    let name = declaration.name
    return Failure(
        .invalid, "config_value",
        Text(
            es: "El valor de \(name) (\(source.text(.spanish))) no sirve: debe ser \(declaration.takes(.spanish)).",
            en: "The value of \(name) (\(source.text(.english))) will not do: it must be \(declaration.takes(.english))."))
}

private func tooOpen(_ name: String, _ source: Config.Source) -> Failure {
    Failure(
        .invalid, "config_file_too_open",
        Text(
            es: "\(name) es secreto y otras personas pueden leer el \(source.text(.spanish)): ejecute chmod 600 con ese archivo.",
            en: "\(name) is secret and others may read the \(source.text(.english)): run chmod 600 on it."))
}
