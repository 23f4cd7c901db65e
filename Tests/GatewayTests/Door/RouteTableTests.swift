import Base
import Gateway
import HTTPTypes
import Testing
import Web

@Suite("Which route a path leads to")
struct RouteTableTests {
    private let table = RouteTable([
        Self.route(.get, "/keys/{id}", "key.read"), Self.route(.delete, "/keys/{id}", "key.delete"),
        Self.route(.post, "/keys/options", "key.options"), Self.route(.get, "/files/{rest...}", "file.read"),
        Self.route(.put, "/files/{id}", "file.write"),
    ])

    private static func route(_ method: HTTPRequest.Method, _ path: RoutePath, _ name: String) -> Route {
        Route(
            method, path, name, Text(verbatim: name), access: .anyone,
            parameters: path.names.map { ParameterShape($0, in: .path, .text(1...100), Text(verbatim: $0)) }, answers: [.done]
        ) { _ in .done }
    }

    private func led(_ method: HTTPRequest.Method, _ path: String) -> String {
        switch table.match(method, path) {
        case .route(let index, let captured): "\(table.routes[index].name) \(captured.map(\.value))"
        case .otherMethods(let methods): methods.map(\.rawValue).joined(separator: ",")
        case .nothing: "nothing"
        case .notAPath: "not a path"
        }
    }

    @Test("a path is one place: a text that leads somewhere by another method is no name")
    func onePlace() {
        #expect(led(.post, "/keys/options") == "key.options []")
        for method in [HTTPRequest.Method.get, .delete, .patch, .options] { #expect(led(method, "/keys/options") == "POST", "\(method)") }
        #expect(led(.delete, "/keys/other") == #"key.delete ["other"]"#)
        #expect(led(.post, "/keys/other") == "DELETE,GET,HEAD")
        #expect(led(.put, "/files/a") == #"file.write ["a"]"#)
        #expect(led(.get, "/files/a/b") == #"file.read ["a/b"]"#)
        #expect(led(.get, "/files/a") == "PUT")
        #expect(led(.get, "/keys") == "nothing" && led(.get, "/keys/%ff") == "not a path" && led(.get, "//keys") == "nothing")
    }
}
