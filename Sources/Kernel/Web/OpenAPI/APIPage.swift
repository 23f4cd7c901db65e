import Base
import HTTPTypes
import Markup

/// The page on which people read what can be asked: made of the routes, without script.
package struct APIPage: Sendable {
    private let routes: [Route]
    private let language: Language

    package init(_ routes: [Route], in language: Language) {
        self.routes = routes
        self.language = language
    }

    package static let title = Text(es: "La API de Zancada", en: "Zancada's API")

    /// What stands within a page's `main`: a list of groups, then each group with its routes.
    package var content: HTML {
        let groups = groups
        let links: [HTML] = groups.map { "<li><a href=\"#\($0.name)\">\($0.name)</a></li>" }
        let sections = groups.map(section)
        return """
            <h1>\(Self.title(language))</h1>
            <p>\(language(
                es: "Todo lo que se puede pedir por HTTP. Se hace del mismo programa que responde.",
                en: "All that can be asked over HTTP. It is made of the very program that answers.")) \
            <a href="/openapi.json">OpenAPI 3.1</a></p>
            <nav aria-label="\(language(es: "Grupos", en: "Groups"))"><ul>\(links)</ul></nav>
            \(sections)
            """
    }

    private var groups: [(name: String, routes: [Route])] {
        var groups: [(name: String, routes: [Route])] = []
        for route in routes {
            let name = RouteWords.group(of: route)
            if let index = groups.firstIndex(where: { $0.name == name }) { groups[index].routes.append(route) } else {
                groups.append((name, [route]))
            }
        }
        return groups
    }

    private func section(_ group: (name: String, routes: [Route])) -> HTML {
        let articles = group.routes.map(article)
        return "<section aria-labelledby=\"\(group.name)\"><h2 id=\"\(group.name)\">\(group.name)</h2>\(articles)</section>\n"
    }

    private func article(_ route: Route) -> HTML {
        """
        <article aria-labelledby="\(route.name)">
        <h3 id="\(route.name)"><code>\(route.method.rawValue) \(route.path.description)</code></h3>
        <p>\(route.summary(language))</p>
        <p>\(RouteWords(route).description(language))</p>
        \(parameters(route))\(body(route))\(answers(route))
        <details><summary>\(language(es: "Ejemplo", en: "Example"))</summary><pre tabindex="0"><code>\(APIExample(route).curl)</code></pre></details>
        </article>

        """
    }

    private func parameters(_ route: Route) -> HTML? {
        guard !route.parameters.isEmpty else { return nil }
        let rows: [HTML] = route.parameters.map { shape in
            let need = shape.isRequired ? language(es: "obligatorio", en: "required") : language(es: "opcional", en: "optional")
            return """
                <tr><th scope="row"><code>\(shape.name)</code></th><td>\(place(shape.place))</td><td>\(need)</td>\
                <td>\(shape.meaning(language))</td></tr>
                """
        }
        return table(
            language(es: "Parámetros", en: "Parameters"),
            [
                language(es: "nombre", en: "name"), language(es: "dónde", en: "where"), language(es: "necesidad", en: "need"),
                language(es: "qué es", en: "what it is"),
            ], rows)
    }

    private func place(_ place: ParameterShape.Place) -> String {
        switch place {
        case .path: language(es: "ruta", en: "path")
        case .query: language(es: "consulta", en: "query")
        case .header: language(es: "cabecera", en: "header")
        }
    }

    private func body(_ route: Route) -> HTML? {
        guard route.body.isAny else { return nil }
        let types = route.body.types.joined(separator: ", ")
        let most = route.body.mostBytes
        return """
            <p>\(language(es: "Cuerpo", en: "Body")): <code>\(types)</code>, \
            \(language(es: "\(most) bytes como mucho", en: "at most \(most) bytes")).</p>
            """
    }

    private func answers(_ route: Route) -> HTML {
        let good: [HTML] = route.answers.map { answer in
            let fields = answer.fields.map(\.name).joined(separator: ", ")
            return row(answer.status, answer.meaning(language), [answer.content?.type ?? "", fields].filter { !$0.isEmpty })
        }
        let bad: [HTML] = route.documentedRefusals.sorted().map { row($0.status, $0.meaning(language), ["application/problem+json"]) }
        return table(
            language(es: "Respuestas", en: "Answers"),
            [
                language(es: "estado", en: "status"), language(es: "qué pasó", en: "what happened"),
                language(es: "qué trae", en: "what it brings"),
            ], good + bad)
    }

    private func row(_ status: Int, _ meaning: String, _ brings: [String]) -> HTML {
        "<tr><th scope=\"row\">\(status)</th><td>\(meaning)</td><td>\(brings.joined(separator: "; "))</td></tr>"
    }

    private func table(_ caption: String, _ heads: [String], _ rows: [HTML]) -> HTML {
        let cells: [HTML] = heads.map { "<th scope=\"col\">\($0)</th>" }
        return "<table><caption>\(caption)</caption><thead><tr>\(cells)</tr></thead><tbody>\(rows)</tbody></table>"
    }
}

/// How a route is asked from a terminal.
struct APIExample {
    private let route: Route

    init(_ route: Route) { self.route = route }

    var curl: String {
        var lines = ["curl -X \(route.method.rawValue) \"$ZANCADA\(target)\""]
        if route.access != .anyone { lines.append("-H \"Authorization: Bearer $TOKEN\"") }
        for shape in route.parameters where shape.place == .header && shape.isRequired {
            lines.append("-H '\(shape.name): \(example(of: shape))'")
        }
        if let type = route.body.types.first {
            lines.append("-H 'Content-Type: \(type)'")
            lines.append(route.body.schema.map { "--data '\(Self.text($0.example))'" } ?? "--data-binary @FILE")
        }
        return lines.joined(separator: " \\\n  ")
    }

    private var target: String {
        var path = route.template
        for shape in route.parameters where shape.place == .path {
            path = path.replacing("{\(shape.name)}", with: example(of: shape))
        }
        let query = route.parameters.filter { $0.place == .query && $0.isRequired }.map { "\($0.name)=\(example(of: $0))" }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    private func example(of shape: ParameterShape) -> String {
        switch shape.name {
        case "If-Match": "\"1.1\""
        case "Idempotency-Key": "8f14e45f-ceea-467f-9c1e-0d1b2c3d4e5f"
        default: shape.schema.example.string ?? Self.text(shape.schema.example)
        }
    }

    private static func text(_ json: JSON) -> String {
        var writer = JSONWriter(layout: .compact)
        json.write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
