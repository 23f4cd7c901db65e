import Access
import ArgumentParser
import Base
import Keys
import Records

/// `zancada keys`: the keys above people's, as an operator meets them.
struct KeysCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "keys",
            abstract: phrase(
                es: "Claves: estado, cambio de época, cambio de la clave raíz.",
                en: "Keys: status, rolling an epoch, rotating the root key."),
            discussion: KeysExitCodes.text,
            subcommands: [KeysStatus.self, RollKeys.self, RotateRoot.self, ResumeKeys.self])
    }
}

enum KeysExitCodes {
    static var text: String {
        phrase(
            es:
                "Códigos de salida: 0 bien · 1 (status) algo quedó sin terminar · 65 clave raíz equivocada o archivo dañado · 66 no hay tal organización · 69 falta la clave raíz o el motor de cifrado · 74 disco · 75 otro proceso tiene la carpeta, inténtelo después.",
            en:
                "Exit codes: 0 fine · 1 (status) something is unfinished · 65 wrong root key or damaged file · 66 no such organisation · 69 the root key or the transit engine is missing · 74 disk · 75 another process has the folder, try later."
        )
    }

    static func configuration(_ name: String, es: String, en: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: phrase(es: es, en: en), discussion: text)
    }
}

/// Options of commands about all keys.
struct KeysOptions: ParsableArguments {
    @OptionGroup(title: DatabaseOptions.title) var options: DatabaseOptions
    @OptionGroup var output: AnswerOptions

    func using<Value>(_ body: (RecordOffice) async throws -> Value) async throws -> Value {
        let world = World.live
        return try await options.using(isReadOnly: false, world: world) { database in
            try await body(try await RecordOffice(database, options: options, isReporting: false, world: world))
        }
    }
}

struct KeysStatus: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KeysExitCodes.configuration(
            "status", es: "Dice qué clave raíz, qué épocas y qué borrados hay, y qué quedó sin terminar.",
            en: "Says which root key, epochs and erasures there are, and what is unfinished.")
    }

    @OptionGroup var keys: KeysOptions

    func run() async throws {
        let report = try await keys.using { office in
            try await office.tell(.listed, "keys", in: try await Organisations.all(in: office.database))
            return try await KeysReport(office)
        }
        try Terminal.show(keys.output.json ? String(decoding: report.json, as: UTF8.self) : report.text(.chosen))
        if let fault = report.fault { throw fault }
        if !report.unfinished.isEmpty { throw ExitCode(1) }
    }
}

struct RollKeys: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KeysExitCodes.configuration(
            "roll", es: "Cambia la época de una organización y destruye la anterior: los borrados quedan completos.",
            en: "Moves an organisation to a new epoch and destroys the old one: erasures are complete then.")
    }

    @OptionGroup var organisation: OrganisationOptions
    @OptionGroup var output: AnswerOptions

    func run() async throws {
        let name = organisation.organisation
        let done = try await organisation.using { office, standing in
            var progress = try await RollProgress(name, in: office)
            defer { progress.finish() }
            return try await office.erasure.complete(in: name, by: standing) { progress.show($0) }
        }
        guard output.json else {
            return try Terminal.show(
                Text(
                    es: "\(name): época \(done.roll.epoch), \(done.roll.rewrapped) claves; borrados completos: \(done.subjects.count).\n",
                    en: "\(name): epoch \(done.roll.epoch), \(done.roll.rewrapped) keys; erasures complete: \(done.subjects.count).\n")(
                        .chosen))
        }
        var json = JSONWriter()
        json.object { json in
            json.member("organisation", name)
            json.member("epoch", Int(done.roll.epoch))
            json.member("rewrapped", done.roll.rewrapped)
            json.member("completed", array: { json in for subject in done.subjects { json.string(subject) } })
        }
        json.endLine()
        try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
    }
}

struct RotateRoot: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KeysExitCodes.configuration(
            "rotate-root",
            es:
                "Cambia la clave raíz: un archivo por otro; con --keys-former-root, pasa de esa a la actual; tras rotarla en el motor, envuelve de nuevo.",
            en:
                "Changes the root key: a new file for the old; with --keys-former-root, moves from that to the present one; after a rotation in the engine, wraps anew."
        )
    }

    @OptionGroup var keys: KeysOptions

    func run() async throws {
        let (names, count) = try await keys.using { office in
            let count = try await office.rotateRoot()
            return (try office.root.present.names(), count)
        }
        guard keys.output.json else {
            let name = names.first ?? ""
            return try Terminal.show(
                Text(
                    es: "Clave raíz: \(name); \(count) archivos envueltos de nuevo.\n",
                    en: "Root key: \(name); \(count) files wrapped anew.\n")(
                        .chosen))
        }
        var json = JSONWriter()
        json.object { json in
            json.member("root", names.first)
            json.member("wrapped", count)
        }
        json.endLine()
        try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
    }
}

struct ResumeKeys: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        KeysExitCodes.configuration(
            "resume", es: "Termina lo que quedó a medias: cambios de época y de la clave raíz.",
            en: "Finishes what broke off: rolls of epochs and a rotation of the root key.")
    }

    @OptionGroup var keys: KeysOptions

    func run() async throws {
        let (rolled, wrapped) = try await keys.using { office in
            let isRotating = try office.isRotatingRoot || office.root.former != nil
            let wrapped = isRotating ? try await office.rotateRoot() : 0
            var rolled: [String] = []
            for name in try office.root.folder.unfinishedRolls() {
                // One whose making broke off is made by the next try; what that left is swept below.
                guard try await Organisations.exists(try Identifier(name), in: office.database) else { continue }
                var progress = try await RollProgress(name, in: office)
                defer { progress.finish() }
                let standing = try office.standing(in: try Identifier(name))
                _ = try await office.erasure.complete(in: name, by: standing, resuming: true) { progress.show($0) }
                rolled.append(name)
            }
            try await office.root.folder.sweep()
            return (rolled, wrapped)
        }
        guard keys.output.json else {
            let names = rolled.isEmpty ? "—" : rolled.joined(separator: ", ")
            return try Terminal.show(
                Text(
                    es: "Épocas terminadas: \(names); archivos bajo la clave raíz nueva: \(wrapped).\n",
                    en: "Rolls finished: \(names); files wrapped by the new root key: \(wrapped).\n")(.chosen))
        }
        var json = JSONWriter()
        json.object { json in
            json.member("rolled", array: { json in for name in rolled { json.string(name) } })
            json.member("wrapped", wrapped)
        }
        json.endLine()
        try Terminal.show(String(decoding: json.bytes, as: UTF8.self))
    }
}
