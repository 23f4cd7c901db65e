import ArgumentParser
import Base

/// `zancada config`: every key with what it is now, where that comes from, and what it is for.
struct ConfigCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "config",
            abstract: phrase(
                es: "Muestra cada clave de configuración: su valor, de dónde viene, y para qué es.",
                en: "Shows every configuration key: its value, where that comes from, and what it is for."),
            discussion: phrase(
                es: """
                    Una clave vale lo que dice la orden (--opción), si no, la variable ZANCADA_…, si no, el archivo JSON de --config, si no, \
                    lo que trae el programa. Una clave que no existe es un error. De lo secreto solo se dice si está definido.
                    Códigos de salida: 0 todo vale · 65 una clave no existe o un valor no sirve; la frase dice cuál.
                    """,
                en: """
                    A key is what the command line says (--option), else the variable ZANCADA_…, else the JSON file of --config, else what \
                    the program brings along. A key that does not exist is an error. Of a secret only whether it is set is shown.
                    Exit codes: 0 everything holds · 65 a key does not exist or a value will not do; the sentence says which.
                    """))
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() throws {
        let rows = try options.settings.rows
        guard output.json else { return try Terminal.show(rows.map(Self.paragraph).joined(separator: "\n")) }
        try Terminal.answer { json in
            json.array { json in for row in rows { json.object { Self.write(row, to: &$0) } } }
        }
    }

    private static func paragraph(_ row: Config.Row) -> String {
        let language = Language.chosen
        let value = row.value(language)
        let facts = Text(
            es: "\(row.source.text(.spanish)); variable \(row.environmentName); por defecto \(shown(row.fallback(.spanish)))",
            en: "\(row.source.text(.english)); variable \(row.environmentName); default \(shown(row.fallback(.english)))")
        return """
            \(row.name) = \(shown(value))
                \(row.meaning(language))
                \(facts(language)); \(row.takes(language))

            """
    }

    private static func shown(_ value: String) -> String { value.isEmpty ? "—" : value }

    private static func write(_ row: Config.Row, to json: inout JSONWriter) {
        json.member("key", row.name)
        json.member("value", row.value(.english))
        json.member("default", row.fallback(.english))
        json.member("source", row.source.text(.english))
        json.member("variable", row.environmentName)
        json.member("takes", row.takes(.english))
        json.member("meaning_es", row.meaning(.spanish))
        json.member("meaning_en", row.meaning(.english))
    }
}
