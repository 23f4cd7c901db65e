import Base
import HTTPTypes

/// What tells about all others: `/openapi.json` for programs, `/api` for people.
package enum APIRoutes {
    /// Two routes, which describe themselves as well.
    package static func describing(_ routes: [Route], version: String, in shell: Shell = Shell()) -> [Route] {
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
            reading { call in
                let ui = Interface(call)
                return .page(shell.page(APIPage.title, ui, APIPage(all, ui).content))
            },
        ]
    }
}
