import Base
import HTTPTypes
import Markup

/// What tells about all others: `/openapi.json` for programs, `/api` for people.
package enum APIRoutes {
    /// Two routes, which describe themselves as well. `page` puts the content into whatever stands around it.
    package static func describing(
        _ routes: [Route], version: String,
        page: @escaping @Sendable (_ title: Text, _ content: HTML, Call) -> HTML = { plainPage($0, $1, $2.language) }
    ) -> [Route] {
        func document(_ handle: @escaping Route.Handler) -> Route {
            Route(
                .get, "/openapi.json", "api.document",
                Text(es: "Todo lo que se puede pedir, como OpenAPI 3.1.", en: "All that can be asked, as OpenAPI 3.1."), access: .anyone,
                answers: [.ok(.json(.named("OpenAPI", .object([.init("openapi", .choice(["3.1.0"]))], open: true))))], pace: .page,
                caching: .everyone(.seconds(300)), handle: handle)
        }
        func reading(_ handle: @escaping Route.Handler) -> Route {
            Route(
                .get, "/api", "api.page", Text(es: "Todo lo que se puede pedir, para leer.", en: "All that can be asked, to be read."),
                access: .anyone, answers: [.ok(.page)], pace: .page, handle: handle)
        }
        let all = routes + [document { _ in .done }, reading { _ in .done }]
        let bytes = OpenAPIDocument(all, version: version).bytes
        return [
            document { _ in .json(bytes) },
            reading { call in .page(page(APIPage.title, APIPage(all, in: call.language).content, call)) },
        ]
    }

    /// A page with nothing around its content.
    package static func plainPage(_ title: Text, _ content: HTML, _ language: Language) -> HTML {
        """
        <!doctype html>
        <html lang="\(language == .spanish ? "es" : "en")"><head><meta charset="utf-8">\
        <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title(language))</title></head>
        <body><main>\(content)</main></body></html>
        """
    }
}
