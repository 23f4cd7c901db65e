import Access
import ArgumentParser
import Base
import Foundation
import Gateway
import Identity
import Records
import Runtime
import Store

/// `zancada demo`: a clinic of nobody, served on this machine, to see what the program does.
struct DemoCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "demo",
            abstract: phrase(
                es: "Sirve una clínica inventada con dos meses de historia, para ver el programa.",
                en: "Serves a made-up clinic with two months of history, to see the program."),
            discussion: phrase(
                es: """
                    La primera vez la llena, lo que tarda un minuto; después la sirve como quedó. Todo en ella es inventado y cada página \
                    lo dice: no guarde ahí datos de nadie. Para borrarla, borre su carpeta.
                    Códigos de salida: los de «zancada serve».
                    """,
                en: """
                    The first time it is filled, which takes a minute; later it is served as it was left. All of it is made up, and every \
                    page says so: keep nobody's data there. To remove it, remove its folder.
                    Exit codes: those of 'zancada serve'.
                    """))
    }

    @Option(help: help(Text(es: "Carpeta de la demostración.", en: "Folder of the demonstration.")), completion: .directory)
    var data: String = "out/demo"
    @Option(help: help(Text(es: "Dónde escucha, en esta máquina.", en: "Where it listens, on this machine.")))
    var listen: String = "127.0.0.1:8080"
    @Flag(help: help(Text(es: "Llenarla y no servirla.", en: "Fill it and do not serve it.")))
    var fillOnly: Bool = false

    /// What is kept of a demonstration that is whole.
    private struct Kept: Codable {
        var password: String
    }

    private var keptPath: String { data + "/demo.json" }
    /// Stands while it is being filled.
    private var markPath: String { data + "/demo-unfinished" }

    func run() async throws {
        // Whoever passes by could sign in with what is printed here.
        guard listen.hasPrefix("127.0.0.1:") || listen.hasPrefix("localhost:") || listen.hasPrefix("[::1]:") else {
            throw Failure.demoListens
        }
        let serve = try ServeCommand.parse(["--data", data])
        let settings = try serve.options.settings([
            "--listen": (GatewaySettings.listen.name, listen), "demo": (IdentitySettings.demonstration.name, "true"),
            "demo url": (IdentitySettings.place.name, "http://localhost:\(listen.split(separator: ":").last ?? "8080")"),
        ])
        try await fill(serve.options, settings)
        try Terminal.show(try welcome(Language.chosen))
        guard !fillOnly else { return }
        try await Interruptible.run(patience: settings[JobSettings.stoppingKey] + .seconds(10)) { try await serve.serve(settings) }
    }

    private func fill(_ options: DatabaseOptions, _ settings: Config) async throws {
        let files = FileManager.default
        if files.fileExists(atPath: keptPath) { return }
        if files.fileExists(atPath: markPath) {
            // The last one was broken off; nothing in it is anybody's.
            try files.removeItem(atPath: data)
        }
        guard try !files.fileExists(atPath: data) || files.contentsOfDirectory(atPath: data).isEmpty else { throw Failure.demoFolder(data) }
        try files.createDirectory(atPath: data, withIntermediateDirectories: true)
        try PrivateFiles.write([], to: markPath)
        let password = Self.newPassword()
        let hands = DemoClinic.Hands(until: World.live.now())
        let database = try await options.open(isReadOnly: false, world: hands.world)
        try await database.closing { database in
            _ = try await Roster.migrator.migrate(database, now: hands.world.now)
            let office = try await RecordOffice(database, options: options, settings: settings, world: hands.world)
            var line = ProgressLine(isQuiet: false)
            let stage = Text(es: "Llenando la demostración", en: "Filling the demonstration")
            try await DemoClinic(office, hands).fill(password: Secret(password)) { line.update(stage, fraction: $0, count: 0) }
            line.finish()
            await office.reads.flush()
        }
        try PrivateFiles.write([UInt8](try JSONEncoder().encode(Kept(password: password))), to: keptPath)
        try files.removeItem(atPath: markPath)
    }

    /// Good for this one installation: what is printed in a manual would be everybody's.
    private static func newPassword() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var random = World.live.random
        let groups = (0..<3).map { _ in String((0..<4).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }) }
        return groups.joined(separator: "-")
    }

    private func welcome(_ language: Language) throws -> String {
        let kept = try JSONDecoder().decode(Kept.self, from: Data(contentsOf: URL(fileURLWithPath: keptPath)))
        let rows = DemoPerson.shown.map { person in
            let title = person.title(language)
            return "  \(title)\(String(repeating: " ", count: max(1, 16 - title.count)))\(person.address)\n"
        }
        let text = Text(
            es: """
                Clínica de demostración: las personas y sus datos son inventados.
                Abra http://\(listen) y entre como
                \(rows.joined())con la contraseña  \(kept.password)

                """,
            en: """
                Demonstration clinic: the people and their data are made up.
                Open http://\(listen) and sign in as
                \(rows.joined())with the password  \(kept.password)

                """)
        return text(language)
    }
}

extension Failure {
    fileprivate static let demoListens = Failure(
        .usage, "demo_listens",
        Text(
            es: "La demostración solo se sirve en esta máquina: use 127.0.0.1:PUERTO.",
            en: "The demonstration is served on this machine alone: use 127.0.0.1:PORT."))

    fileprivate static func demoFolder(_ folder: String) -> Failure {
        Failure(
            .usage, "demo_folder",
            Text(
                es: "En \(folder) hay algo que no es la demostración: elija otra carpeta con --data.",
                en: "In \(folder) there is something that is not the demonstration: choose another folder by --data."))
    }
}
