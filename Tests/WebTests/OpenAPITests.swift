import Access
import Base
import HTTPTypes
import Markup
import Testing
import Web

@Suite("OpenAPI from routes")
struct OpenAPITests {
    private static let person = Schema.named(
        "Person", .object([.init("name", .text(1...20)), .init("age", .nullable(.integer(0...150)), isRequired: false)]))
    private static let id = Parameter.id("id", Text(es: "Quién.", en: "Who."))

    private static let routes = [
        Route(
            .get, "/api/v1/people/{id}", "person.read", Text(es: "Leer.", en: "Read."), access: .signedIn, parameters: [id.shape],
            answers: [.ok(.json(person)), .unchanged], refusals: [.gone]
        ) { _ in .done },
        Route(
            .post, "/api/v1/people", "person.create", Text(es: "Crear.", en: "Create."), access: .permission("person.write"),
            body: .json(person, mostBytes: 1_000), answers: [.created(.json(person))]
        ) { _ in .done },
        Route(
            .get, "/files/{rest...}", "file.read", Text(es: "Un archivo.", en: "A file."), access: .anyone,
            parameters: [Parameter.text("rest", in: .path, 1...200, Text(es: "Cuál.", en: "Which.")).shape], answers: [.ok(.other("*/*"))]
        ) { _ in .done },
    ]

    private var document: JSON {
        get throws { try JSON.parse(OpenAPIDocument(Self.routes, version: "1.2.3").bytes) }
    }

    @Test("each route is an operation with its parameters, body, answers, refusals and who may ask")
    func operations() throws {
        let document = try document
        #expect(document["openapi"] == .string("3.1.0") && document["info"]?["version"] == .string("1.2.3"))
        #expect(document["paths"]?.object?.members.map(\.name) == ["/api/v1/people/{id}", "/api/v1/people", "/files/{rest}"])
        let read = try #require(document["paths"]?["/api/v1/people/{id}"]?["get"])
        #expect(read["operationId"] == .string("person.read"))
        #expect(read["parameters"]?[0]?["required"] == .bool(true) && read["parameters"]?[0]?["schema"]?["format"] == .string("uuid"))
        #expect(
            read["responses"]?.object?.members.map(\.name) == [
                "200", "304", "400", "401", "403", "404", "410", "413", "414", "429", "431", "503", "504",
            ])
        #expect(read["security"]?[0]?["bearer"] == .array([]))
        #expect(document["paths"]?["/files/{rest}"]?["get"]?["security"] == .array([]))
        let create = try #require(document["paths"]?["/api/v1/people"]?["post"])
        #expect(create["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] == .string("#/components/schemas/Person"))
        #expect(create["responses"]?["422"]?["$ref"] == .string("#/components/responses/Invalid"))
    }

    @Test("every reference leads somewhere")
    func references() throws {
        let document = try document
        var references: [String] = []
        func walk(_ json: JSON) {
            for member in json.object?.members ?? [] {
                if member.name == "$ref", let text = member.value.string { references.append(text) }
                walk(member.value)
            }
            for element in json.array ?? [] { walk(element) }
        }
        walk(document)
        #expect(references.count > 10)
        for reference in references {
            let found = reference.dropFirst(2).split(separator: "/").reduce(document as JSON?) { $0?[String($1)] }
            #expect(found != nil, "\(reference)")
        }
    }

    @Test("schemas are written as JSON Schema 2020-12")
    func schemas() throws {
        let person = try #require(try document["components"]?["schemas"]?["Person"])
        #expect(person["additionalProperties"] == .bool(false) && person["required"] == .array([.string("name")]))
        #expect(person["properties"]?["name"]?["maxLength"] == .number(20))
        #expect(person["properties"]?["age"]?["anyOf"]?[1]?["type"] == .string("null"))
    }

    @Test("the routes that tell about all tell about themselves")
    func themselves() throws {
        let all = Self.routes + APIRoutes.describing(Self.routes, version: "1")
        let paths = try JSON.parse(OpenAPIDocument(all, version: "1").bytes)["paths"]?.object?.members.map(\.name) ?? []
        #expect(paths.contains("/openapi.json") && paths.contains("/api"))
    }

    @Test("the page names every route in both languages, and shows how each is asked", arguments: Language.allCases)
    func page(_ language: Language) {
        let page = APIPage(Self.routes, Interface(language)).content.markup
        for route in Self.routes {
            #expect(page.contains(route.path.description) && page.contains("id=\"\(route.name)\""))
            #expect(page.contains(route.summary(language)))
        }
        #expect(page.contains("curl -X POST") && page.contains("Authorization: Bearer"))
    }

    @Test("an example is what its schema describes")
    func examples() {
        let example = Self.person.example
        #expect(example["name"]?.string?.isEmpty == false && example["age"]?.integer == 1)
        #expect(Schema.choice(["a", "b"]).example == .string("a") && Schema.list(.bool, atMost: 2).example == .array([.bool(true)]))
    }
}
