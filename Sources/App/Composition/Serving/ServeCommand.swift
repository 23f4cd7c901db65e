import ArgumentParser
import Base
import Foundation
import Gateway
import Keys
import Records
import Runtime
import Store

/// `zancada serve`: the program at work, until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve",
            abstract: phrase(
                es: "Pone en marcha el programa y lo mantiene hasta que se le pide parar.",
                en: "Starts the program, and keeps it at work until it is told to stop."),
            discussion: phrase(
                es: """
                    Hace los trabajos, sigue el diario y lleva el reloj; escribe una línea cuando está listo. Con SQLite prepara la base de \
                    datos y atiende a las demás órdenes de zancada sobre los mismos datos. SIGTERM, SIGINT o Ctrl-C: deja de empezar \
                    cosas, espera a lo que está en marcha (jobs.stopping) y termina. Los sucesos van por la salida de errores, una \
                    línea de JSON cada uno.
                    Códigos de salida: 0 se le pidió parar · 64 orden mal escrita · 65 configuración que no sirve · 69 no se puede abrir la base de datos o las claves.
                    """,
                en: """
                    Does the jobs, follows the journal and keeps the clock; prints a line when it is ready. With SQLite it prepares the \
                    database, and runs zancada's other commands on the same data. SIGTERM, SIGINT or Ctrl-C: begins nothing more, waits \
                    for what is under way (jobs.stopping), and ends. Events go to standard error, a line of JSON each.
                    Exit codes: 0 told to stop · 64 wrong command line · 65 unusable configuration · 69 the database or the keys cannot be opened.
                    """))
    }

    @Option(help: help(Text(es: "Qué hace este programa: véase «zancada roles».", en: "What this program does: see 'zancada roles'.")))
    var role: String = "all"
    @Option(
        help: help(
            Text(
                es: "Dónde escucha, HOST:PUERTO (http.listen, 127.0.0.1:8080 si no se dice); el puerto 0 es uno libre.",
                en: "Where it listens, HOST:PORT (http.listen, 127.0.0.1:8080 where it is not said); port 0 is a free one.")))
    var listen: String?
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let settings = try options.settings(["--listen": (GatewaySettings.listen.name, listen)])
        try await Interruptible.run(patience: settings[JobSettings.stoppingKey] + .seconds(10)) { [self] in try await serve(settings) }
    }

    func serve(_ settings: Config) async throws {
        let world = World.live
        let begun = world.elapsed()
        let url = try options.url(settings)
        let role = try ServiceRole.named(role, on: url.dialect)
        let log = Log(to: .standardError, from: settings[ServiceSettings.logLevel], now: world.now)
        let database = try await options.open(isReadOnly: false, isServing: true, world: world)
        do {
            // One program has the file, and no older one can be running on it.
            if url.dialect == .sqlite { _ = try await Roster.migrator.migrate(database, now: world.now) }
            let office = try await RecordOffice(database, options: options, settings: settings, world: world)
            // Of an installation that has anything to recover.
            if try !office.root.folder.organisations().isEmpty { try await KitDesk(office).prepare() }
            let service = try Service(role, office: office, log: log)
            let setUp = try await service.setUpLink()
            let control = url.dialect == .sqlite ? ControlSocket(beside: url.exposed, for: Residence(office: office), log: log) : nil
            do {
                try await service.run {
                    try sayReady(url, role, $0, isSecure: service.door?.isSecure == true, setUp, after: world.elapsed() - begun, log)
                }
                control?.close()
            } catch {
                control?.close()
                throw error
            }
            log.info("stopped")
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }

    private func sayReady(
        _ url: DatabaseURL, _ role: ServiceRole, _ addresses: [ListenAddress], isSecure: Bool, _ setUp: String?, after time: Duration,
        _ log: Log
    ) throws {
        // The second one, where there is one, is for those who have no certificate yet.
        let places = addresses.enumerated().map { "\(isSecure && $0.offset == 0 ? "https" : "http")://\($0.element)" }
        log.info("ready", ["role": .public(role.name), "took": .duration(time)])
        // Passkeys are made for names, and this machine's is localhost.
        let link = setUp.flatMap { path in places.first.map { $0.replacingOccurrences(of: "//127.0.0.1", with: "//localhost") + path } }
        guard output.json else {
            try Terminal.show(
                Text(
                    es:
                        "zancada \(Program.version) lista\(places.map { " en \($0)" }.joined()): \(url), papel \(role.name), proceso \(getpid()).\n",
                    en:
                        "zancada \(Program.version) ready\(places.map { " at \($0)" }.joined()): \(url), role \(role.name), process \(getpid()).\n"
                )(
                    .chosen))
            if let link {
                try Terminal.show(
                    Text(
                        es: "Aún no hay ninguna cuenta. Cree la primera con este enlace, que vale un día y una vez:\n\(link)\n",
                        en: "There is no account yet. Make the first one by this link, good for a day and once:\n\(link)\n")(.chosen))
            }
            return
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("ready", true)
                json.member("database", url.description)
                json.member("role", role.name)
                json.member("listen", array: { json in for place in places { json.string(place) } })
                json.member("process", Int(getpid()))
                json.member("setup", link)
                json.member("milliseconds", Int(time / .milliseconds(1)))
            }
        }
    }
}
