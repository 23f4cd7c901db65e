import Access
import ArgumentParser
import Base
import Records
import Runtime
import Store

/// `zancada roles`: what one program may do, which features are on board, and how they hang together.
struct RolesCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "roles",
            abstract: phrase(
                es: "Muestra los papeles de «serve», las capacidades a bordo y sus enlaces.",
                en: "Shows the roles of 'serve', the features on board, and their links."),
            discussion: phrase(es: "Código de salida: 0.", en: "Exit code: 0."))
    }

    @OptionGroup var output: AnswerOptions
    @Option(help: help(Text(es: "Idioma de los mensajes.", en: "Language of the messages."))) var language: Language?

    func run() throws {
        guard output.json else { return try Terminal.show(Self.page(.chosen)) }
        try Terminal.answer { json in
            json.object { json in
                json.member("roles", array: { json in for role in ServiceRole.table { json.object { Self.write(role, to: &$0) } } })
                json.member("features", array: { json in for part in Roster.manifests { json.object { Self.write(part, to: &$0) } } })
                json.member("links", array: { json in for link in Links.table { json.object { Self.write(link, to: &$0) } } })
            }
        }
    }

    private static func page(_ language: Language) -> String {
        var lines = [Text(es: "Papeles de «zancada serve --role»", en: "Roles of 'zancada serve --role'")(language)]
        for role in ServiceRole.table {
            let faces = ServiceRole.Face.allCases.filter(role.faces.contains).map(\.rawValue).joined(separator: ", ")
            let databases = role.databases.map(\.rawValue).sorted().joined(separator: ", ")
            lines.append("  \(role.name)  \(role.title(language)) (\(faces)); \(databases)")
        }
        lines.append(Text(es: "\nCapacidades", en: "\nFeatures")(language))
        for part in Roster.manifests {
            lines.append("  \(part.name)  \(part.title(language)): \(part.purpose(language))")
            if !part.kinds.isEmpty { lines.append("      \(part.kinds.map(\.name).joined(separator: ", "))") }
            for permission in part.permissions {
                let roles = permission.roles.sorted().map(\.text).joined(separator: ", ")
                lines.append("      \(permission.permission): \(permission.meaning(language)) (\(roles))")
            }
        }
        if !Links.table.isEmpty { lines.append(Text(es: "\nEnlaces", en: "\nLinks")(language)) }
        for link in Links.table { lines.append("  \(link.port) → \(link.provider(language))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func write(_ role: ServiceRole, to json: inout JSONWriter) {
        json.member("role", role.name)
        json.member("title_es", role.title(.spanish))
        json.member("title_en", role.title(.english))
        json.member("faces", array: { json in for face in role.faces.map(\.rawValue).sorted() { json.string(face) } })
        json.member("databases", array: { json in for name in role.databases.map(\.rawValue).sorted() { json.string(name) } })
    }

    private static func write(_ part: Manifest, to json: inout JSONWriter) {
        json.member("feature", part.name)
        json.member("title_es", part.title(.spanish))
        json.member("title_en", part.title(.english))
        json.member("kinds", array: { json in for kind in part.kinds { json.string(kind.name) } })
        json.member("tables", array: { json in for table in part.tables { json.string(table) } })
        json.member("paths", array: { json in for path in part.paths { json.string(path) } })
        json.member("events", array: { json in for event in part.events { json.string(event.name) } })
        json.member("settings", array: { json in for setting in part.settings { json.string(setting.name) } })
        json.member("ports", array: { json in for port in part.ports { json.string(port.name) } })
        json.member(
            "permissions",
            array: { json in
                for permission in part.permissions {
                    json.object { json in
                        json.member("permission", permission.permission.text)
                        json.member("roles", array: { json in for role in permission.roles.sorted() { json.string(role.text) } })
                    }
                }
            })
    }

    private static func write(_ link: Link, to json: inout JSONWriter) {
        json.member("port", link.port)
        json.member("provider", link.provider(.english))
    }
}
