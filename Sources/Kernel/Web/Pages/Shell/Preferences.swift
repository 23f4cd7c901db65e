import Base
import Foundation
import HTTPTypes

/// What a reader chose for all pages, kept in cookies of their browser: it says nothing of who they are.
package struct Preferences: Sendable, Hashable {
    /// nil where the browser's own languages decide.
    package var language: Language?
    package var theme: Theme
    /// As the browser's script told; nil where it did not.
    package var timeZone: TimeZone?

    /// From the header field `Cookie` (RFC 6265, section 4.2). What is not understood counts as not chosen.
    package init(_ fields: HTTPFields) {
        let cookies = Self.cookies(fields[.cookie] ?? "")
        language = cookies["language"].flatMap { Language(rawValue: $0) }
        theme = cookies["theme"].flatMap { Theme(rawValue: $0) } ?? .auto
        timeZone = cookies["zone"].flatMap(Self.zone)
    }

    private static func cookies(_ text: String) -> [String: String] {
        var cookies: [String: String] = [:]
        for pair in text.split(separator: ";").prefix(50) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, ["language", "theme", "zone"].contains(parts[0]), cookies[parts[0]] == nil else { continue }
            cookies[parts[0]] = parts[1]
        }
        return cookies
    }

    /// A name as the zones' database has them (`America/La_Paz`), and nothing that could be a path elsewhere.
    private static func zone(_ name: String) -> TimeZone? {
        guard (1...64).contains(name.utf8.count), name.first?.isLetter == true,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_+-/".contains($0)) })
        else { return nil }
        return TimeZone(identifier: name)
    }
}

/// The route that takes a reader's choices, from the forms in every page's menu.
package enum PreferenceRoutes {
    package static let path = "/preferences"

    package static let all = [
        Route(
            .post, "/preferences", "preferences.choose",
            Text(es: "Elegir idioma y aspecto de las páginas.", en: "Choose the language and the look of the pages."),
            access: .anyone,
            body: .form(
                .object([
                    .init("language", .choice(Language.allCases.map(\.rawValue)), isRequired: false),
                    .init("theme", .choice(Theme.allCases.map(\.rawValue)), isRequired: false),
                    .init("return", .text(1...2_000), isRequired: false, "The path of the page that comes next."),
                ]), mostBytes: 4_096),
            answers: [AnswerShape(303, Text(es: "Quedó elegido; siga en la página.", en: "It was chosen; go on with the page."))],
            pace: .page, repeating: .harmless
        ) { call in
            let form = try Query(String(decoding: call.body, as: UTF8.self))
            var reply = Reply.see(LocalPath.checked(form["return"]) ?? "/")
            let secure = call.isSecure ? "; Secure" : ""
            if let language = form["language"].flatMap({ Language(rawValue: $0) }) {
                reply.fields.append(cookie("language=\(language.rawValue)", secure))
            }
            if let theme = form["theme"].flatMap({ Theme(rawValue: $0) }) {
                reply.fields.append(cookie("theme=\(theme.rawValue)", secure))
            }
            return reply
        }
    ]

    private static func cookie(_ pair: String, _ secure: String) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(pair); Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly\(secure)")
    }
}

/// A place on this server that a form may lead on to.
package enum LocalPath {
    /// nil for what would lead to another server (`//elsewhere`, `/\elsewhere`), for control characters, and beyond 2,000 bytes.
    package static func checked(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 2_000, text.first == "/", !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return text
    }
}
