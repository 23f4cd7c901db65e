import ArgumentParser
import Base
import HTTPTypes
import Web

/// `zancada routes`: what can be asked over HTTP, by whom, and within which limits.
struct RoutesCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "routes",
            abstract: phrase(
                es: "Muestra lo que se puede pedir por HTTP: quién puede, cuánto y cada cuánto.",
                en: "Shows what can be asked over HTTP: by whom, how much of it, and how often."),
            discussion: phrase(
                es: "Lo mismo está en /openapi.json y, para leer, en /api. Código de salida: 0.",
                en: "The same stands at /openapi.json and, to be read, at /api. Exit code: 0."))
    }

    @OptionGroup var output: AnswerOptions
    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages."))) var language: Language?

    func run() throws {
        let routes = try Roster.routesToShow()
        guard output.json else { return try Terminal.show(routes.map(Self.paragraph).joined()) }
        try Terminal.answer { json in
            json.array { json in for route in routes { json.object { Self.write(route, to: &$0) } } }
        }
    }

    private static func paragraph(_ route: Route) -> String {
        let (words, language) = (RouteWords(route), Language.chosen)
        var facts = [words.access(language), words.time]
        if route.body.isAny {
            facts.append(
                "\(size(route.body.mostBytes)) \(route.body.types.joined(separator: ", "))")
        }
        facts += [words.pace(language), words.repeating(language), "Cache-Control: \(route.caching.field)"]
        return """
            \(route.method.rawValue) \(route.path)  \(route.summary(language))
                \(route.name): \(facts.joined(separator: "; "))

            """
    }

    private static func size(_ bytes: Int) -> String { bytes >= 1 << 20 ? "\(bytes >> 20) MB" : "\(bytes >> 10) kB" }

    private static func write(_ route: Route, to json: inout JSONWriter) {
        json.member("name", route.name)
        json.member("method", route.method.rawValue)
        json.member("path", route.path.description)
        json.member("summary_es", route.summary(.spanish))
        json.member("summary_en", route.summary(.english))
        json.member("access", RouteWords(route).access(.english))
        json.member("time_seconds", Int(route.time.components.seconds))
        json.member("body_bytes", route.body.mostBytes)
        json.member("body_types", array: { json in for type in route.body.types { json.string(type) } })
        json.member("pace", route.pace.rawValue)
        json.member("caching", route.caching.field)
        json.member("repeating", route.repeating.rawValue)
        json.member("answers", array: { json in for answer in route.answers { json.integer(answer.status) } })
        json.member("refusals", array: { json in for refusal in route.documentedRefusals.sorted() { json.integer(refusal.status) } })
    }
}
