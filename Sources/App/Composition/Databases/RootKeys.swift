import ArgumentParser
import Base

/// What an operator may set about the root key. A token stands in a private file, never in a setting.
enum RootKeys {
    static let root = ConfigKey<String>(
        "keys.root", .rootAddress, default: "file:",
        Text(
            es:
                "La clave raíz: file: (root.key en la carpeta de claves) o la clave de un motor de cifrado, https://servidor:puerto/montaje/clave.",
            en: "The root key: file: (root.key in the folder of keys) or a transit engine's key, https://host:port/mount/key."))

    static let tokenFile = ConfigKey<String?>(
        "keys.token_file", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(
            es: "Archivo, solo de su dueño, con el token del motor de cifrado.",
            en: "File, its owner's alone, with the transit engine's token."))

    static let formerRoot = ConfigKey<String?>(
        "keys.former_root", .optional(.rootAddress), default: nil,
        Text(
            es: "La clave raíz anterior, mientras se pasa de ella a la actual.",
            en: "The former root key, while everything moves from it to the present one."))

    static let formerTokenFile = ConfigKey<String?>(
        "keys.former_token_file", .optional(.text(mostBytes: 4_096)), default: nil,
        Text(es: "Archivo con el token del motor anterior.", en: "File with the former engine's token."))

    static let declared = [root.declaration, tokenFile.declaration, formerRoot.declaration, formerTokenFile.declaration]
}

extension ConfigForm where Value == String {
    fileprivate static var rootAddress: Self {
        Self(
            takes: Text(es: "file: o https://servidor:puerto/montaje/clave", en: "file: or https://host:port/mount/key"),
            read: { text in
                let isAddress = ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
                let isPlain = text.utf8.count <= 1_024 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                return (text == "file:" || isAddress) && isPlain ? text : nil
            }, write: { $0 })
    }
}

/// The same on the command line.
struct RootKeyOptions: ParsableArguments {
    @Option(
        help: help(
            Text(
                es: "Clave raíz: file: o https://servidor:puerto/montaje/clave de un motor de cifrado (Vault, OpenBao).",
                en: "Root key: file: or a transit engine's https://host:port/mount/key (Vault, OpenBao).")))
    var keysRoot: String?

    @Option(
        help: help(Text(es: "Archivo con el token del motor.", en: "File with the engine's token.")), completion: .file())
    var keysTokenFile: String?

    @Option(
        help: help(
            Text(es: "La clave raíz anterior, mientras se cambia de una a otra.", en: "The former root key, while moving from it.")))
    var keysFormerRoot: String?

    @Option(
        help: help(Text(es: "Archivo con el token del motor anterior.", en: "File with the former engine's token.")),
        completion: .file())
    var keysFormerTokenFile: String?

    var flags: [Config.Flag?] {
        [
            keysRoot.map { Config.Flag(option: "--keys-root", key: RootKeys.root.name, value: $0) },
            keysTokenFile.map { Config.Flag(option: "--keys-token-file", key: RootKeys.tokenFile.name, value: $0) },
            keysFormerRoot.map { Config.Flag(option: "--keys-former-root", key: RootKeys.formerRoot.name, value: $0) },
            keysFormerTokenFile.map { Config.Flag(option: "--keys-former-token-file", key: RootKeys.formerTokenFile.name, value: $0) },
        ]
    }
}
