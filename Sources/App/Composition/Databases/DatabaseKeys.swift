import Base
import Store

/// What an operator may set about the database. Addresses may hold a password, so none is ever printed.
enum DatabaseKeys {
    static let url = ConfigKey<String?>(
        "database.url", .optional(.url(schemes: ["sqlite", "postgres", "postgresql"])), default: nil, isSecret: true,
        Text(
            es: "La base de datos: sqlite:ARCHIVO o postgres://…; si falta, la de la carpeta de datos.",
            en: "The database: sqlite:FILE or postgres://…; where missing, the one in the data folder."))

    static let directURL = ConfigKey<String?>(
        "database.direct_url", .optional(.url(schemes: ["postgres", "postgresql"])), default: nil, isSecret: true,
        Text(
            es: "El servidor PostgreSQL mismo, cuando database.url es un PgBouncer.",
            en: "The PostgreSQL server itself where database.url is a PgBouncer."))

    static let replicaURLs = ConfigKey<[String]>(
        "database.replica_urls", .list(mostCount: 16), default: [], isSecret: true,
        Text(es: "Réplicas de PostgreSQL para lecturas.", en: "PostgreSQL replicas for reads."))

    static let connections = ConfigKey<Int>(
        "database.connections", .integer(1...200), default: 8,
        Text(
            es: "Conexiones con PostgreSQL como mucho, y con cada réplica.",
            en: "Connections to PostgreSQL at most, and to each replica."))

    static let declared = [url.declaration, directURL.declaration, replicaURLs.declaration, connections.declaration] + RootKeys.declared

    /// Variables of the house that are no configuration: where scripts and tests keep things, and where the pose runtime is.
    static func otherVariables(of environment: [String: String]) -> Set<String> {
        Set(environment.keys.filter { name in name.hasPrefix("ZANCADA_TEST_") || outside.contains(name) })
    }

    private static let outside: Set = [
        "ZANCADA_ANCHOR", "ZANCADA_BENCH_VENV", "ZANCADA_BINARY", "ZANCADA_CACHE", "ZANCADA_FUZZ_SEEDS", "ZANCADA_PEERS",
        "ZANCADA_POSTGRES_BIN",
        "ZANCADA_POWERCUT_SEED", "ZANCADA_RUNTIME", "ZANCADA_SAMPLES", "ZANCADA_SERVICES", "ZANCADA_SHARED", "ZANCADA_TOOLS",
    ]
}
