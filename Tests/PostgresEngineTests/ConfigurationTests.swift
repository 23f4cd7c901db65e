import PostgresEngine
import Testing

@Suite("Postgres configuration")
struct PostgresConfigurationTests {
}
