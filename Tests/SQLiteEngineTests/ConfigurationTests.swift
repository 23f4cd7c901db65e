import SQLiteEngine
import Testing

@Suite("SQLite configuration")
struct SQLiteConfigurationTests {
}
