import Store

/// The statements that one connection's server session knows by name; the least recently used makes room.
struct KeptStatements {
    struct Kept {
        let name: String
        var lastUse: UInt64
    }

    private var kept: [StatementKey: Kept] = [:]
    /// Texts for connections that keep no statements at the server: writing out the marks costs more than finding it here.
    private var texts: [String: String] = [:]
    private var uses: UInt64 = 0
    private var made = 0

    /// Plans cost the server some 10 to 100 kB each, on every connection.
    static let most = 256

    mutating func name(of key: StatementKey) -> String? {
        guard let index = kept.index(forKey: key) else { return nil }
        uses += 1
        kept.values[index].lastUse = uses
        return kept.values[index].name
    }

    /// A name for a new statement, and the name that must go to make room for it.
    mutating func add(_ key: StatementKey) -> (name: String, dropped: String?) {
        var dropped: String?
        if kept.count >= Self.most, let oldest = kept.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            dropped = oldest.value.name
            kept[oldest.key] = nil
        }
        made += 1
        uses += 1
        let name = "z\(made)"
        kept[key] = Kept(name: name, lastUse: uses)
        return (name, dropped)
    }

    mutating func forget(_ key: StatementKey) { kept[key] = nil }

    /// After the server refused to prepare or to run it. One that it does not know shows that it knows none any more: somebody
    /// made the session forget them.
    mutating func forget(_ key: StatementKey, _ error: ServerError) {
        if error.isUnknownStatement { kept.removeAll() } else { kept[key] = nil }
    }

    mutating func text(of statement: EncodedStatement) -> String {
        if let text = texts[statement.key.markedText] { return text }
        if texts.count >= Self.most { texts.removeAll(keepingCapacity: true) }
        let text = statement.sql.rendered(for: .postgres)
        texts[statement.key.markedText] = text
        return text
    }

    var count: Int { kept.count }
}
