import Base
import SQLiteEngine
import Store

/// The peers: the same names in clear in SQLite, where whoever has the file, a backup or its log reads them all. They ask no
/// access rule and open nothing.
struct ClearNames {
    let database: Database

    init(in path: String, _ people: [(id: String, name: String)]) async throws {
        database = Database(try SQLiteDatabase.openEngine(SQLiteConfiguration(path: "\(path)/clear.db"), world: .live))
        try await database.write { tx in
            try tx.execute("CREATE TABLE clear (id TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL)")
            try tx.execute(
                """
                CREATE VIRTUAL TABLE indexed USING fts5(name, id UNINDEXED, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3')
                """)
        }
        for start in stride(from: 0, to: people.count, by: 5_000) {
            let piece = people[start..<min(start + 5_000, people.count)]
            try await database.write { tx in
                for person in piece {
                    try tx.execute("INSERT INTO clear VALUES (\(person.id), \(person.name), \(Searches.folded(person.name)))")
                    try tx.execute("INSERT INTO indexed (name, id) VALUES (\(person.name), \(person.id))")
                }
            }
        }
    }

    func byIndex(_ word: String) async throws -> Int {
        try await database.rows("SELECT id, name FROM indexed WHERE indexed MATCH \(word + "*") ORDER BY name LIMIT 20") {
            try $0["id"] as String
        }.count
    }

    func byPattern(_ word: String) async throws -> Int {
        try await database.rows("SELECT id, name FROM clear WHERE folded LIKE \("%" + word + "%") ORDER BY folded LIMIT 20") {
            try $0["id"] as String
        }.count
    }
}
