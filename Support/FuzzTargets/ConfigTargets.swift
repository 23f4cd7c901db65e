import Base

extension FuzzTarget {
    static let configFile = FuzzTarget(
        "config-file",
        corpus: [
            #"{"session":{"idle":"5min"},"serve":{"port":81,"open":true},"database":{"replicas":["a","b"]}}"#,
            #"{"serve":{"size":"64KiB"},"smtp":{"password":"x"}}"#, #"{"a":{"b":{"c":null}}}"#, #"{"serve.port":1}"#,
        ]
    ) { input in
        guard let file = try? ConfigFile(path: "fuzz.json", bytes: Array(input), isPrivate: true) else { return }
        guard let config = try? Config(declared, file: file) else { return }
        require((1...65_535).contains(config[port]), "a value is within its range")
        require(config[idle] >= .seconds(1) && config[idle] <= .seconds(86_400), "a value is within its range")
        require(config[replicas].allSatisfy { !$0.isEmpty && !$0.contains(",") }, "a list has no empty elements")
        require(config.rows.count == declared.count, "every key has a row")
    }

    static let configValue = FuzzTarget(
        "config-value", corpus: ["30s", "5min", "0s", "86400s", "64KiB", "512B", "10MB", "9223372036854775807B", "106751991d", "a,b,c"]
    ) { input in
        let text = input.text
        if let duration = DurationText.read(text) {
            require(duration >= .zero, "durations are not negative")
            require(DurationText.read(DurationText.write(duration)) == duration, "written and read again it is the same")
        }
        if let size = ByteSizeText.read(text) {
            require(size >= 0, "sizes are not negative")
            require(ByteSizeText.read(ByteSizeText.write(size)) == size, "written and read again it is the same")
        }
        for declaration in declared {
            let environment = [declaration.environmentName: text]
            guard let config = try? Config(declared, environment: environment), !declaration.isSecret else { continue }
            guard let row = config.rows.first(where: { $0.name == declaration.name }) else { continue }
            let again = try? Config(declared, environment: [declaration.environmentName: row.value.english])
            require(again?.rows == config.rows, "what is listed can be set")
        }
    }

    private static let idle = ConfigKey(
        "session.idle", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(60), Text(verbatim: "idle"))
    private static let port = ConfigKey("serve.port", .integer(1...65_535), default: 8_080, Text(verbatim: "port"))
    private static let open = ConfigKey("serve.open", .boolean, default: false, Text(verbatim: "open"))
    private static let size = ConfigKey("serve.size", .bytes(0...(1 << 40)), default: 1_024, Text(verbatim: "size"))
    private static let replicas = ConfigKey("database.replicas", .list(), default: [], Text(verbatim: "replicas"))
    private static let password = ConfigKey(secret: "smtp.password", Text(verbatim: "password"))

    private static let declared = [
        idle.declaration, port.declaration, open.declaration, size.declaration, replicas.declaration, password.declaration,
    ]
}
