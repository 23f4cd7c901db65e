import Base
import Foundation
import HTTPTypes
import Markup
import Testing
import Web

@Suite("The gallery of pages")
struct PageGalleryTests {
    /// What reads the same in both languages: names of people and things, numbers with a unit, words that both have.
    static let same: Set = [
        "Zancada", "Español", "English", "Auto", "GET", "POST", "PUT", "PATCH", "DELETE", "Error:", "m/s", "Lucía Andrade", "Rosa Quispe",
        "Julio Mamani Rojas", "Carmen Ortiz", "Andrés Villalba", "Zancada 0.7.0", "Plan", "HC-20418",
        "018f2d6a-7c31-7e50-9a54-2f6b1c0d9e77",
    ]

    @Test("every text is there in both languages", arguments: DesignRoutes.all.map(\.name))
    func languages(_ name: String) async throws {
        let route = try #require(DesignRoutes.all.first { $0.name == name })
        let spanish = try await Gallery.page(route, .spanish)
        let english = try await Gallery.page(route, .english)
        #expect(spanish.words.count == english.words.count)
        #expect(spanish.words.count > 10)
        for (one, other) in zip(spanish.words, english.words) where one == other {
            let isPlain = one.split { !$0.isLetter }.allSatisfy { $0.count < 3 }
            #expect(isPlain || Self.same.contains(one) || one.hasPrefix("curl "), "«\(one)» in both languages")
        }
        #expect(spanish.markup.contains("<html lang=\"es\""))
        #expect(english.markup.contains("<html lang=\"en\""))
    }

    @Test(
        "no page has a style, a script or a handler within it, nothing of another site, and every tag is closed",
        arguments: DesignRoutes.all.map(\.name))
    func markup(_ name: String) async throws {
        let route = try #require(DesignRoutes.all.first { $0.name == name })
        let page = try await Gallery.page(route, .spanish)
        #expect(page.unbalanced == [])
        #expect(Set(page.ids).count == page.ids.count, "\(page.ids.sorted())")
        #expect(!page.markup.contains("<style"))
        #expect(page.markup.components(separatedBy: "<script").count == 2)
        #expect(page.attributes.filter { $0.name == "style" || $0.name.hasPrefix("on") }.map(\.value) == [])
        let links = page.attributes.filter { ["href", "src", "action"].contains($0.name) }.map(\.value)
        #expect(links.filter { !$0.hasPrefix("/") && !$0.hasPrefix("#") || $0.hasPrefix("//") } == [])
        let named = page.attributes.filter { ["aria-labelledby", "aria-describedby", "for"].contains($0.name) }
            .flatMap { $0.value.split(separator: " ").map(String.init) }
        let targets = links.filter { $0.hasPrefix("#") }.map { String($0.dropFirst()) }
        #expect(Set(named + targets).subtracting(page.ids) == [])
    }

    @Test("a fault in a page would be seen")
    func eyes() {
        #expect(PageText("<p><b>x</p>").unbalanced == ["</p>", "<p>", "<b>"])
        #expect(PageText("<p id=\"a\" style=\"x\">Hola</p>").attributes.map(\.name) == ["id", "style"])
        #expect(PageText("<input aria-label=\"Hola\"><p>Sí</p>").words == ["Hola", "Sí"])
    }

    @Test("the theme that a cookie asks for is the page's", arguments: Theme.allCases)
    func theme(_ theme: Theme) async throws {
        let page = try await Gallery.page(DesignRoutes.all[0], .spanish, theme)
        #expect(page.markup.contains("data-theme=\"\(theme.rawValue)\"") == (theme != .auto))
        #expect(page.markup.contains("value=\"\(theme.rawValue)\" aria-pressed=\"true\""))
    }

    @Test("the navigation says where one is")
    func here() async throws {
        let forms = try #require(DesignRoutes.all.first { $0.name == "design.forms" })
        let page = try await Gallery.page(forms, .spanish)
        #expect(page.markup.contains("href=\"/design/forms\" aria-current=\"page\""))
        #expect(!page.markup.contains("href=\"/design\" aria-current=\"page\""))
    }
}

@Suite("Assets")
struct PageAssetTests {
    @Test("are served under names with their digest, for ever, with their type and an entity tag")
    func served() async throws {
        let route = try #require(AssetRoutes.all.first)
        #expect(route.caching == .forever)
        for asset in Assets.all {
            let name = String(asset.path.dropFirst("/assets/".count))
            let reply = try await route.handle(.sample(.get, asset.path, captured: [(name: "name", value: name)]))
            #expect(reply.status == .ok)
            #expect(reply.fields[.contentType] == asset.type)
            #expect(reply.fields[.eTag] == asset.tag)
            #expect(!asset.bytes.isEmpty)
            let again = try await route.handle(
                .sample(.get, asset.path, fields: [.ifNoneMatch: asset.tag], captured: [(name: "name", value: name)]))
            #expect(again.status == .notModified)
        }
    }

    @Test("that are not there are refused")
    func missing() async throws {
        let route = try #require(AssetRoutes.all.first)
        for name in ["zancada.css", "zancada.000000000000.css", "..", "icon.svg"] {
            await #expect(throws: Problem.nothingHere) {
                _ = try await route.handle(.sample(.get, "/assets/x", captured: [(name: "name", value: name)]))
            }
        }
    }

    @Test("style and script together are smaller than a photograph")
    func weight() {
        #expect(Assets.style.bytes.count + Assets.script.bytes.count < 48_000)
    }

    @Test("the manifest is JSON that names the icons")
    func manifest() throws {
        let json = try JSON.parse(Assets.manifest.bytes, limits: .init(bytes: 10_000, depth: 8))
        #expect(String(describing: json).contains(Assets.icon512.path))
    }
}
