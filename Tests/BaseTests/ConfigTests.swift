import Base
import Foundation
import Testing

private let idle = ConfigKey(
    "session.idle", .duration(.seconds(60) ... .seconds(86_400)), default: .seconds(28_800),
    Text(es: "Cuánto dura una sesión sin uso.", en: "How long an unused session lasts."))
private let database = ConfigKey(
    "database.url", .url(schemes: ["sqlite", "postgres"]), default: "sqlite:data/zancada.db", isSecret: true,
    Text(es: "Dónde está la base de datos.", en: "Where the database is."))
private let replicas = ConfigKey("database.replicas", .list(), default: [], Text(es: "Réplicas.", en: "Replicas."))
private let upload = ConfigKey(
    "upload.most_bytes", .bytes(1_024...(4 << 30)), default: 64 << 20, Text(es: "Tamaño.", en: "Size."))
private let port = ConfigKey("serve.port", .integer(1...65_535), default: 8_080, Text(es: "Puerto.", en: "Port."))
private let open = ConfigKey("serve.open", .boolean, default: false, Text(es: "Abierto.", en: "Open."))
private let proxy = ConfigKey("serve.proxy", .optional(.text()), default: nil, Text(es: "Proxy.", en: "Proxy."))
private let level = ConfigKey("log.level", .choice(["info", "debug"]), default: "info", Text(es: "Nivel.", en: "Level."))
private let password = ConfigKey(secret: "smtp.password", Text(es: "Contraseña.", en: "Password."))

private let declared = [
    idle.declaration, database.declaration, replicas.declaration, upload.declaration, port.declaration, open.declaration,
    proxy.declaration, level.declaration, password.declaration,
]

private func file(_ text: String, isPrivate: Bool = true) throws(Failure) -> ConfigFile {
    try ConfigFile(path: "z.json", bytes: Array(text.utf8), isPrivate: isPrivate)
}

private func failure(_ body: () throws -> Void) -> Failure? {
    do {
        try body()
        return nil
    } catch { return error as? Failure }
}

@Suite("Configuration")
struct ConfigTests {
    @Test("defaults stand where nothing is set")
    func defaults() throws {
        let config = try Config(declared)
        #expect(config[idle] == .seconds(28_800))
        #expect(config[proxy] == nil)
        #expect(config[password] == nil)
        #expect(config[replicas] == [])
        #expect(config.source(of: idle) == .fallback)
    }

    @Test("each layer stands above the one before, and a value knows its source")
    func layers() throws {
        let file = try file(#"{"session":{"idle":"5min"},"serve":{"port":81,"open":true},"database":{"replicas":["a","b"]}}"#)
        let environment = ["ZANCADA_SERVE_PORT": "82", "ZANCADA_UPLOAD_MOST_BYTES": "10MB", "HOME": "/x", "ZANCADA_CACHE": "/y"]
        let config = try Config(
            declared, file: file, environment: environment,
            flags: [.init(option: "--listen", key: "serve.port", value: "83")], otherVariables: ["ZANCADA_CACHE"])
        #expect(config[idle] == .seconds(300))
        #expect(config.source(of: idle) == .file(path: "z.json"))
        #expect(config[port] == 83)
        #expect(config.source(of: port) == .flag(option: "--listen"))
        #expect(config[upload] == 10_000_000)
        #expect(config.source(of: upload) == .environment(variable: "ZANCADA_UPLOAD_MOST_BYTES"))
        #expect(config[open])
        #expect(config[replicas] == ["a", "b"])
        #expect(try Config(declared, file: file, environment: ["ZANCADA_SERVE_PORT": "82"])[port] == 82)
        #expect(try Config(declared, environment: ["ZANCADA_DATABASE_REPLICAS": "x,y"])[replicas] == ["x", "y"])
        #expect(try Config(declared, environment: ["ZANCADA_SERVE_PROXY": "x"])[proxy] == "x")
    }

    @Test("an unknown name anywhere is refused and the nearest known one named")
    func unknown() throws {
        let fromFile = failure { _ = try Config(declared, file: file(#"{"sesion":{"idle":"5min"}}"#)) }
        #expect(fromFile?.code == "config_unknown_key")
        #expect(fromFile?.message.english.contains("session.idle") == true)
        let fromEnvironment = failure { _ = try Config(declared, environment: ["ZANCADA_DATABSE_URL": "x"]) }
        #expect(fromEnvironment?.message.spanish.contains("ZANCADA_DATABASE_URL") == true)
        let fromFlag = failure { _ = try Config(declared, flags: [.init(option: "--set", key: "serve.prt", value: "1")]) }
        #expect(fromFlag?.message.english.contains("serve.port") == true)
    }

    @Test(
        "a value that cannot be is refused, naming key, source and what it must be",
        arguments: [
            ("SESSION_IDLE", "5"), ("SESSION_IDLE", "59s"), ("SESSION_IDLE", "2d"), ("SESSION_IDLE", "-5min"),
            ("SESSION_IDLE", "5 min"), ("SESSION_IDLE", "1.5h"), ("SESSION_IDLE", "99999999999999999999s"),
            ("SERVE_PORT", "0"), ("SERVE_PORT", "65536"), ("SERVE_PORT", "+80"), ("SERVE_PORT", "80 "), ("SERVE_PORT", ""),
            ("SERVE_OPEN", "yes"), ("SERVE_OPEN", "TRUE"), ("UPLOAD_MOST_BYTES", "1B"), ("UPLOAD_MOST_BYTES", "64"),
            ("UPLOAD_MOST_BYTES", "64kib"), ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "postgres:"),
            ("DATABASE_REPLICAS", "a,,b"), ("LOG_LEVEL", "loud"), ("SERVE_PROXY", "a\nb"), ("SERVE_PROXY", ""), ("SMTP_PASSWORD", ""),
        ])
    func invalid(_ name: String, _ text: String) {
        let failure = failure { _ = try Config(declared, environment: ["ZANCADA_\(name)": text]) }
        #expect(failure?.code == "config_value")
        #expect(failure?.kind == .invalid)
        #expect(failure?.message.english.contains("ZANCADA_\(name)") == true)
    }

    @Test("secrets are shown as set or unset, and never in a failure or a file that others may read")
    func secrets() throws {
        let word = "hunter2-very-secret"
        let config = try Config(
            declared, environment: ["ZANCADA_SMTP_PASSWORD": word, "ZANCADA_DATABASE_URL": "postgres://u:\(word)@h/d"])
        #expect(config[password] == Secret(word))
        #expect(!"\(config.rows)".contains(word))
        let row = try #require(config.rows.first { $0.name == "smtp.password" })
        #expect(row.value.english == "set")
        #expect(row.fallback.english == "unset")
        #expect(row.environmentName == "ZANCADA_SMTP_PASSWORD")
        #expect(try Config(declared).rows.first { $0.name == "smtp.password" }?.value.spanish == "sin definir")
        let wrong = failure { _ = try Config(declared, environment: ["ZANCADA_DATABASE_URL": "mysql://u:\(word)@h"]) }
        #expect(wrong?.message.english.contains(word) == false)
        let text = #"{"smtp":{"password":"\#(word)"}}"#
        #expect(failure { _ = try Config(declared, file: file(text, isPrivate: false)) }?.code == "config_file_too_open")
        #expect(try Config(declared, file: file(text))[password] == Secret(word))
    }

    @Test("rows list every key with value, default, source and meaning, by name")
    func rows() throws {
        let rows = try Config(declared, environment: ["ZANCADA_SESSION_IDLE": "5min"]).rows
        #expect(rows.map(\.name) == declared.map(\.name).sorted())
        let row = try #require(rows.first { $0.name == "session.idle" })
        #expect(row.value.english == "5min")
        #expect(row.fallback.english == "8h")
        #expect(row.source == .environment(variable: "ZANCADA_SESSION_IDLE"))
        #expect(row.meaning.spanish == "Cuánto dura una sesión sin uso.")
    }

    @Test(
        "a file that is no object of texts, numbers, booleans and lists of texts is refused",
        arguments: [
            "", "[]", "1", "{\"a\":null}", "{\"a\":[1]}", "{\"a.b\":1}", "{\"a\":1,\"a\":2}", "{\"a\":1,}", "// x\n{}",
            String(repeating: "{\"a\":", count: 9) + "1" + String(repeating: "}", count: 9),
        ])
    func badFile(_ text: String) {
        #expect(failure { _ = try file(text) }?.code == "config_file_invalid")
    }

    @Test("a file is read from disk with its permissions")
    func disk() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
        for mode in [0o600, 0o644] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(try ConfigFile(path: path).isPrivate == (mode == 0o600))
        }
        #expect(failure { _ = try ConfigFile(path: path + ".none") }?.kind == .unavailable)
    }

    @Test("durations and sizes come back from their text in the largest whole unit")
    func units() {
        #expect(DurationText.write(.seconds(90)) == "90s")
        #expect(DurationText.write(.seconds(7_200)) == "2h")
        #expect(DurationText.write(.zero) == "0s")
        #expect(DurationText.read("0s") == .zero)
        #expect(DurationText.read("250ms") == .milliseconds(250))
        #expect(DurationText.read("min") == nil)
        #expect(ByteSizeText.write(64 << 10) == "64KiB")
        #expect(ByteSizeText.write(1_500) == "1500B")
        #expect(ByteSizeText.read("9223372036854775807B") == .max)
        #expect(ByteSizeText.read("9007199254740993KiB") == nil)
    }
}
