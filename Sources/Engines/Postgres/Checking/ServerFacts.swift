import Base
import Store

/// What a server says of itself, its role and its tables, for `check`.
struct ServerFacts: Sendable {
    let position: Int64
    private let version: String
    private let settings: [String: String]
    private let role: RoleFacts
    private let openTables: [String]
    private let invalidIndexes: [String]
    private let forbiddenTables: [String]
    private let hasOtherCollation: Bool
    private let now: Instant

    private struct RoleFacts: Sendable {
        let name: String
        let isSuperuser: Bool
        let bypassesWalls: Bool
        let ownedTables: Int
    }

    init(_ tx: borrowing Transaction) throws {
        now = try tx.first("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now") { try $0["now"] } ?? .epoch
        position = try tx.first("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint AS position") { try $0["position"] } ?? 0
        let pairs = try tx.rows(
            """
            SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', \
            'max_connections', 'superuser_reserved_connections', 'server_version', 'zero_damaged_pages')
            """
        ) { (try $0["name"] as String, try $0["setting"] as String) }
        settings = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        version = settings["server_version"] ?? "?"
        role =
            try tx.first(
                """
                SELECT rolname, rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid \
                AND c.relkind IN ('r', 'p') AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)) \
                AS owned FROM pg_roles r WHERE rolname = current_user
                """
            ) { row in
                RoleFacts(
                    name: try row["rolname"], isSuperuser: try row["rolsuper"], bypassesWalls: try row["rolbypassrls"],
                    ownedTables: try row["owned"])
            } ?? RoleFacts(name: "?", isSuperuser: false, bypassesWalls: false, ownedTables: 0)
        openTables = try tx.rows(
            """
            SELECT DISTINCT c.relname AS name FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid \
            WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY 1
            """
        ) { try $0["name"] }
        invalidIndexes = try tx.rows(
            "SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid ORDER BY 1"
        ) { try $0["name"] }
        forbiddenTables = try tx.rows(
            """
            SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace \
            AND NOT has_table_privilege(oid, 'SELECT') ORDER BY 1 LIMIT 20
            """
        ) { try $0["name"] }
        hasOtherCollation =
            try tx.first(
                """
                SELECT datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) AS differs \
                FROM pg_database WHERE datname = current_database()
                """
            ) { try $0["differs"] } ?? false
    }
}

extension ServerFacts {
    func findings(settings configuration: PostgresConfiguration, clockBetween before: Instant, and after: Instant) -> [Finding] {
        var findings = [
            Finding(
                .note, "server_version", Text(es: "El servidor es PostgreSQL \(version).", en: "The server is PostgreSQL \(version)."))
        ]
        findings += durability
        findings += roleFindings
        findings += tableFindings
        findings += capacity(configuration)
        findings += clock(before, after)
        return findings
    }

    private var durability: [Finding] {
        var findings: [Finding] = []
        for name in ["fsync", "full_page_writes", "synchronous_commit"] where settings[name] == "off" {
            findings.append(
                Finding(
                    .broken, "\(name)_off",
                    Text(
                        es: "\(name) está en «off»: un corte de luz pierde o daña lo guardado. Póngalo en «on» y recargue el servidor.",
                        en: "\(name) is off: a power cut loses or damages what was saved. Set it to on and reload the server.")))
        }
        if settings["zero_damaged_pages"] == "on" {
            findings.append(
                Finding(
                    .broken, "zero_damaged_pages_on",
                    Text(
                        es: "zero_damaged_pages borra en silencio las páginas dañadas: desactívelo.",
                        en: "zero_damaged_pages silently empties damaged pages: turn it off.")))
        }
        if settings["data_checksums"] == "off" {
            findings.append(
                Finding(
                    .note, "data_checksums_off",
                    Text(
                        es: "El servidor no comprueba sus páginas: con él parado, ejecute pg_checksums --enable.",
                        en: "The server does not check its pages: stop it and run pg_checksums --enable.")))
        }
        return findings
    }

    private var roleFindings: [Finding] {
        var findings: [Finding] = []
        if role.isSuperuser || role.bypassesWalls {
            findings.append(
                Finding(
                    .warning, "role_too_strong",
                    Text(
                        es:
                            "El usuario \(role.name) pasa por alto la separación entre organizaciones: use uno sin SUPERUSER ni BYPASSRLS.",
                        en: "The user \(role.name) walks past the wall between organisations: use one without SUPERUSER and BYPASSRLS.")))
        }
        if role.ownedTables > 0 {
            findings.append(
                Finding(
                    .warning, "role_owns_tables",
                    Text(
                        es:
                            "El usuario \(role.name) es dueño de \(role.ownedTables) tablas y puede cambiarlas: migre con otro usuario y dé a este solo lectura y escritura.",
                        en:
                            "The user \(role.name) owns \(role.ownedTables) tables and can alter them: migrate as another user, and give this one reading and writing only."
                    )))
        }
        if !forbiddenTables.isEmpty {
            findings.append(
                Finding(
                    .broken, "missing_rights",
                    Text(
                        es:
                            "El usuario \(role.name) no puede leer \(forbiddenTables.joined(separator: ", ")): ejecute «zancada migrate» como dueño de las tablas.",
                        en:
                            "The user \(role.name) cannot read \(forbiddenTables.joined(separator: ", ")): run `zancada migrate` as the owner of the tables."
                    )))
        }
        return findings
    }

    private var tableFindings: [Finding] {
        var findings = openTables.map { table in
            Finding(
                .broken, "wall_not_forced",
                Text(
                    es: "La tabla \(table) tiene políticas que su dueño no cumple: ALTER TABLE \(table) FORCE ROW LEVEL SECURITY.",
                    en: "The table \(table) has policies that its owner walks past: ALTER TABLE \(table) FORCE ROW LEVEL SECURITY."))
        }
        findings += invalidIndexes.map { index in
            Finding(
                .warning, "invalid_index",
                Text(
                    es: "El índice \(index) quedó a medias y no se usa: REINDEX INDEX CONCURRENTLY \(index).",
                    en: "The index \(index) was left half made and is not used: REINDEX INDEX CONCURRENTLY \(index)."))
        }
        if hasOtherCollation {
            findings.append(
                Finding(
                    .broken, "collation_changed",
                    Text(
                        es:
                            "El orden de los textos cambió con el sistema y los índices pueden fallar: REINDEX DATABASE y ALTER DATABASE … REFRESH COLLATION VERSION.",
                        en:
                            "The order of texts changed with the system and indexes may fail: REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION."
                    )))
        }
        return findings
    }

    private func capacity(_ configuration: PostgresConfiguration) -> [Finding] {
        let most = Int(settings["max_connections"] ?? "") ?? .max
        let reserved = Int(settings["superuser_reserved_connections"] ?? "") ?? 0
        guard configuration.mostConnections + 4 > most - reserved else { return [] }
        return [
            Finding(
                .warning, "too_few_connections",
                Text(
                    es:
                        "El programa abre hasta \(configuration.mostConnections) conexiones y el servidor admite \(most - reserved): suba max_connections o baje las del programa.",
                    en:
                        "The program opens up to \(configuration.mostConnections) connections and the server takes \(most - reserved): raise max_connections, or lower the program's."
                ))
        ]
    }

    private func clock(_ before: Instant, _ after: Instant) -> [Finding] {
        let seconds = max(before - now, now - after) / .seconds(1)
        guard seconds > 5 else { return [] }
        return [
            Finding(
                .warning, "clocks_differ",
                Text(
                    es: "Los relojes de esta máquina y del servidor difieren \(Int(seconds)) s: sincronícelos (NTP).",
                    en: "The clocks of this machine and of the server differ by \(Int(seconds)) s: synchronise them (NTP)."))
        ]
    }
}
