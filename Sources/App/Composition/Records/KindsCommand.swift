import Access
import ArgumentParser
import Base
import Records

/// `zancada record kinds`: what records there are and what they hold. `docs/data-model.md` has it, and a test holds it to this.
struct ListKinds: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "kinds",
            abstract: phrase(
                es: "Muestra las clases de registro con sus campos, como Markdown.",
                en: "Shows the kinds of records with their fields, as Markdown."))
    }

    @OptionGroup var output: AnswerOptions
    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages."))) var language: Language?

    func run() throws {
        guard output.json else { return try Terminal.show(Roster.kinds.map { $0.markdown(.chosen) }.joined(separator: "\n")) }
        try Terminal.answer { json in
            json.array { json in for kind in Roster.kinds { json.object { kind.write(to: &$0) } } }
        }
    }
}

extension KindShape {
    func markdown(_ language: Language) -> String {
        let facts = Text(
            es: "Forma \(number); \(subject.sentence(.spanish)); hasta \(mostBytes) bytes; \(keeping(.spanish)).",
            en: "Shape \(number); \(subject.sentence(.english)); at most \(mostBytes) bytes; \(keeping(.english)).")
        let head = Text(
            es: "| campo | contenido | obligatorio | clasificación | se busca |",
            en: "| field | holds | required | classification | found |")
        let rows = fields.map { field in
            let isRequired = Text(es: field.isRequired ? "sí" : "no", en: field.isRequired ? "yes" : "no")
            let cells = [
                "`\(field.name)`", field.type.sentence(language), isRequired(language), "\(field.classification)",
                field.search.sentence(language),
            ]
            return "| \(cells.joined(separator: " | ")) |\n"
        }
        return "### `\(name)`\n\(facts(language))\n\n\(head(language))\n|---|---|---|---|---|\n\(rows.joined())"
    }

    private func keeping(_ language: Language) -> String {
        if subject == .organisation { return Text(es: "se queda con la organización", en: "stays with the organisation")(language) }
        let kept = retention.map { retention in
            Text(
                es: "se conserva \(retention.years) años: \(retention.reason(.spanish))",
                en: "kept for \(retention.years) years: \(retention.reason(.english))")
        }
        return (kept ?? Text(es: "se borra con la persona", en: "erased with the person"))(language)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.member("kind", name)
        json.member("shape", number)
        json.member("subject", subject.sentence(.english))
        json.member("most_bytes", mostBytes)
        json.member("retention_years", retention?.years)
        json.member(
            "fields",
            array: { json in
                for field in fields {
                    json.object { json in
                        json.member("name", field.name)
                        json.member("holds", field.type.sentence(.english))
                        json.member("required", field.isRequired)
                        json.member("classification", "\(field.classification)")
                        json.member("found", field.search.sentence(.english))
                    }
                }
            })
    }
}

extension SubjectRule {
    fileprivate func sentence(_ language: Language) -> String {
        let said =
            switch self {
            case .given: Text(es: "de la persona que se indica al crearlo", en: "about the person named when it is created")
            case .field(let field): Text(es: "de la persona en `\(field)`", en: "about the person in `\(field)`")
            case .several(let field): Text(es: "de las personas en `\(field)`", en: "about the people in `\(field)`")
            case .itself: Text(es: "es la persona", en: "is the person")
            case .organisation: Text(es: "de la organización", en: "the organisation's own")
            }
        return said(language)
    }
}

extension FieldSearch {
    fileprivate func sentence(_ language: Language) -> String {
        let said =
            switch self {
            case .none: Text(es: "no", en: "no")
            case .order: Text(es: "en orden, en claro", en: "in order, in clear")
            case .exact: Text(es: "exacto, por huella con clave", en: "exactly, by keyed hash")
            case .words: Text(es: "por partes de palabras, en memoria", en: "by parts of words, in memory")
            }
        return said(language)
    }
}

extension FieldType {
    fileprivate func sentence(_ language: Language) -> String {
        let said: Text =
            switch self {
            case .text(let length):
                Text(
                    es: "texto de \(length.lowerBound) a \(length.upperBound) caracteres",
                    en: "text of \(length.lowerBound) to \(length.upperBound) characters")
            case .choice(let words):
                Text(es: "una de: \(words.joined(separator: ", "))", en: "one of: \(words.joined(separator: ", "))")
            case .integer(let range):
                Text(
                    es: "entero de \(range.lowerBound) a \(range.upperBound)",
                    en: "whole number from \(range.lowerBound) to \(range.upperBound)")
            case .real(let range):
                Text(
                    es: "número de \(range.lowerBound) a \(range.upperBound)", en: "number from \(range.lowerBound) to \(range.upperBound)")
            case .bool: Text(es: "sí o no", en: "yes or no")
            case .instant: Text(es: "momento (RFC 3339)", en: "moment (RFC 3339)")
            case .day: Text(es: "día (ISO 8601)", en: "day (ISO 8601)")
            case .id: Text(es: "identificador (UUID)", en: "id (UUID)")
            case .list(let element, let most):
                Text(
                    es: "hasta \(most): \(element.sentence(.spanish))", en: "at most \(most): \(element.sentence(.english))")
            case .object(let fields):
                Text(
                    es: "campos: \(fields.map(\.name).joined(separator: ", "))", en: "fields: \(fields.map(\.name).joined(separator: ", "))"
                )
            }
        return said(language)
    }
}
