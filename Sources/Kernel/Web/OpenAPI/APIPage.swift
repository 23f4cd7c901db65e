import Base
import HTTPTypes
import Markup

/// The page on which people read what can be asked: made of the routes, without script.
package struct APIPage: Sendable {
    private let routes: [Route]
    private let ui: Interface

    package init(_ routes: [Route], _ ui: Interface) {
        self.routes = routes
        self.ui = ui
    }

    private var language: Language { ui.language }

    package static let title = Text(es: "La API de Zancada", en: "Zancada's API")

    /// What stands within a page's `main`: a list of groups, then each group with its routes.
    package var content: HTML {
        let groups = groups
        let links: [HTML] = groups.map { "<a href=\"#\($0.name)\">\($0.name)</a>" }
        let sections = groups.map(section)
        return """
            <div class="stack-wide"><div class="stack"><h1>\(Self.title(language))</h1>
            <p class="lead">\(language(
                es: "Todo lo que se puede pedir por HTTP. Se hace del mismo programa que responde.",
                en: "All that can be asked over HTTP. It is made of the very program that answers.")) \
            <a href="/openapi.json">OpenAPI 3.1</a></p>
            <nav aria-label="\(language(es: "Grupos", en: "Groups"))"><div class="row">\(links)</div></nav></div>
            \(sections)</div>
            """
    }

    private var groups: [(name: String, routes: [Route])] {
        var groups: [(name: String, routes: [Route])] = []
        for route in routes {
            let name = RouteWords.group(of: route)
            if let index = groups.firstIndex(where: { $0.name == name }) {
                groups[index].routes.append(route)
            } else {
                groups.append((name, [route]))
            }
        }
        return groups
    }

    private func section(_ group: (name: String, routes: [Route])) -> HTML {
        let articles = group.routes.map(article)
        return
            "<section class=\"stack-wide\" aria-labelledby=\"\(group.name)\"><h2 id=\"\(group.name)\">\(group.name)</h2>\(articles)</section>\n"
    }

    private func article(_ route: Route) -> HTML {
        """
        <article class="stack" aria-labelledby="\(route.name)">
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
        let need = Text(es: "obligatorio", en: "required")
        let rows: [[HTML]] = route.parameters.map { shape in
            [
                "<code>\(shape.name)</code>", HTML(text: place(shape.place)), HTML(text: shape.isRequired ? need(language) : "–"),
                HTML(text: shape.meaning(language)),
            ]
        }
        return ui.table(
            DataTable(
                Text(es: "Parámetros", en: "Parameters"),
                columns: [
                    .init(Text(es: "Nombre", en: "Name")), .init(Text(es: "Dónde", en: "Where")), .init(Text(es: "Necesidad", en: "Need")),
                    .init(Text(es: "Qué es", en: "What it is")),
                ], rows: rows))
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
        let good: [[HTML]] = route.answers.map { answer in
            let brings = [answer.content?.type ?? "", answer.fields.map(\.name).joined(separator: ", ")].filter { !$0.isEmpty }
            return row(answer.status, answer.meaning(language), brings.joined(separator: "; "))
        }
        let bad = route.documentedRefusals.sorted().map { row($0.status, $0.meaning(language), "application/problem+json") }
        return ui.table(
            DataTable(
                Text(es: "Respuestas", en: "Answers"),
                columns: [
                    .init(Text(es: "Estado", en: "Status")), .init(Text(es: "Qué pasó", en: "What happened")),
                    .init(Text(es: "Qué trae", en: "What it brings")),
                ], rows: good + bad))
    }

    private func row(_ status: Int, _ meaning: String, _ brings: String) -> [HTML] {
        ["<strong>\(status)</strong>", HTML(text: meaning), HTML(text: brings.isEmpty ? "–" : brings)]
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
