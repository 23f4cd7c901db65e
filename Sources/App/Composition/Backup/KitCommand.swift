import ArgumentParser
import Backup
import Base
import Keys
import Store

/// `zancada kit`: the recovery kit, without which no backup opens.
struct KitCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "kit",
            abstract: phrase(
                es: "El equipo de recuperación: lo que hace falta, en papel, para recuperar las copias.",
                en: "The recovery kit: what is needed, on paper, to restore backups."),
            discussion: KitExitCodes.text,
            subcommands: [ShowKit.self, ConfirmKit.self, KitStatus.self, RenewKit.self])
    }
}

enum KitExitCodes {
    static var text: String {
        phrase(
            es:
                "Códigos de salida: 0 bien · 1 (status) nadie ha confirmado tenerlo · 65 lo escrito no es esa línea · 69 faltan claves o base de datos · 73 no se puede escribir · 75 ya está confirmado.",
            en:
                "Exit codes: 0 fine · 1 (status) nobody has confirmed having it · 65 what was typed is not that line · 69 keys or database are missing · 73 cannot be written · 75 it is confirmed already."
        )
    }

    static func configuration(_ name: String, es: String, en: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: phrase(es: es, en: en), discussion: text)
    }
}

struct ShowKit: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KitExitCodes.configuration(
            "show", es: "Muestra el equipo, con su código QR, mientras nadie haya confirmado tenerlo.",
            en: "Shows the kit with its QR code, as long as nobody has confirmed having it.")
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions

    func run() async throws {
        let page = try await options.usingBackupOffice { office in
            let (desk, kit) = (KitDesk(office), try await office.kit())
            if case .confirmed(let at) = try desk.standing(of: kit) { throw Failure.kitConfirmed(kit.title, at) }
            try await desk.prepare()
            return try KitPage(kit, installation: office.installation.id.description, at: office.world.now()).terminal()
        }
        try Terminal.show(page)
    }
}

struct ConfirmKit: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KitExitCodes.configuration(
            "confirm", es: "Pide una línea del equipo impreso; si es la buena, destruye los archivos de esta máquina.",
            en: "Asks for a line of the printed kit; where it is right, destroys the files on this machine.")
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    private static let mostTries = 3

    func run() async throws {
        let title = try await options.usingBackupOffice { office in
            let (desk, kit) = (KitDesk(office), try await office.kit())
            if case .confirmed(let at) = try desk.standing(of: kit) { throw Failure.kitConfirmed(kit.title, at) }
            let lines = KitText.lines(kit)
            var random = office.world.random
            for _ in 0..<Self.mostTries {
                let asked = Int.random(in: 0..<lines.count, using: &random)
                let question = Text(
                    es: "Escriba la línea \(asked + 1) del equipo impreso \(kit.title): ",
                    en: "Type line \(asked + 1) of the printed kit \(kit.title): ")
                Terminal.write(question(.chosen))
                guard let typed = readLine() else { break }
                if KitText.matches(typed, lines[asked]) {
                    try desk.confirm(kit)
                    return kit.title
                }
                Terminal.complain(Failure.kitLineWrong(asked + 1).message)
            }
            throw Failure.kitNotTyped
        }
        guard output.json else {
            return try Terminal.show(
                Text(
                    es: "Confirmado: el equipo \(title) ya no está en esta máquina.\n",
                    en: "Confirmed: kit \(title) is no longer on this machine.\n")(.chosen))
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("kit", title)
                json.member("confirmed", true)
            }
        }
    }
}

struct KitStatus: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KitExitCodes.configuration(
            "status", es: "Dice qué equipo abre las copias, y si alguien confirmó tenerlo.",
            en: "Says which kit opens the backups, and whether somebody confirmed having it.")
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let (kit, standing) = try await options.usingBackupOffice { office in
            let kit = try await office.kit()
            return (kit, try KitDesk(office).standing(of: kit))
        }
        var confirmedAt: String?
        if case .confirmed(let at) = standing { confirmedAt = at }
        if output.json {
            try Terminal.answer { json in
                json.object { json in
                    json.member("kit", kit.title)
                    json.member("needs_engine", kit.needsEngine)
                    json.member("confirmed_at", confirmedAt)
                    json.member("on_this_machine", standing == .written)
                }
            }
        } else {
            let said =
                confirmedAt.map { Text(es: "confirmado el \($0)", en: "confirmed at \($0)") }
                ?? Text(es: "SIN CONFIRMAR: ejecute «zancada kit confirm»", en: "NOT CONFIRMED: run 'zancada kit confirm'")
            try Terminal.show(Text(es: "Equipo \(kit.title): \(said.spanish).\n", en: "Kit \(kit.title): \(said.english).\n")(.chosen))
        }
        if confirmedAt == nil { throw ExitCode(1) }
    }
}

struct RenewKit: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KitExitCodes.configuration(
            "renew", es: "Hace un equipo nuevo; el anterior deja de abrir las copias en cuanto se hace la siguiente.",
            en: "Makes a new kit; the former one no longer opens the backups once the next backup is made.")
    }

    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let (title, path) = try await options.usingBackupOffice { office in
            try office.root.requireOwn()
            try await office.keyring.renewKitKey()
            let (desk, kit) = (KitDesk(office), try await office.kit())
            try desk.write(kit)
            return (kit.title, desk.textPath)
        }
        guard output.json else {
            return try Terminal.show(
                Text(
                    es: "Equipo nuevo \(title) en \(path): imprímalo y ejecute «zancada kit confirm»; hasta entonces no se hacen copias.\n",
                    en: "New kit \(title) at \(path): print it and run 'zancada kit confirm'; until then no backups are made.\n")(
                        .chosen))
        }
        try Terminal.answer { json in
            json.object { json in
                json.member("kit", title)
                json.member("path", path)
            }
        }
    }
}

extension Failure {
    static func kitConfirmed(_ title: String, _ at: String) -> Failure {
        Failure(
            .conflict, "kit_confirmed",
            Text(
                es: "El equipo \(title) se confirmó el \(at) y ya no está en esta máquina: si se perdió, «zancada kit renew» hace otro.",
                en:
                    "Kit \(title) was confirmed at \(at) and is no longer on this machine: where it was lost, 'zancada kit renew' makes another."
            ))
    }

    static func kitLineWrong(_ line: Int) -> Failure {
        Failure(
            .invalid, "kit_line_wrong",
            Text(es: "Eso no es la línea \(line) del equipo: mírela otra vez.", en: "That is not line \(line) of the kit: look again."))
    }

    static let kitNotTyped = Failure(
        .invalid, "kit_not_confirmed",
        Text(
            es: "No se escribió la línea pedida; el equipo sigue sin confirmar: repita «zancada kit confirm» con el papel delante.",
            en:
                "The line that was asked for was not typed; the kit is still unconfirmed: repeat 'zancada kit confirm' with the paper at hand."
        ))
}
