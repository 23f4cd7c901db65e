import Base
import Store

extension FuzzTarget {
    static let databaseURL = FuzzTarget(
        "database-url",
        corpus: [
            "sqlite:data/zancada.db", "sqlite:///var/lib/z.db", "postgres://u:p@127.0.0.1:5432/zancada?sslmode=verify-full",
            "postgresql://u:p%40@[::1]/z", "postgres://a:b@c@d/e", "postgres://ana:clave/z", "sqlite::memory:",
        ]
    ) { input in
        guard let url = try? DatabaseURL(input.text) else { return }
        switch url.dialect {
        case .sqlite:
            require(!url.exposed.isEmpty && input.text.hasSuffix(url.exposed), "a path comes through whole")
        case .postgres:
            require(url.exposed == input.text, "libpq reads what was written")
            require(!url.description.contains("@") && !url.description.contains("?"), "nobody is shown who, or by what password")
            let secret = "k1-Z.q_~"
            let hidden = try? DatabaseURL("postgres://u:\(secret)" + (input.text.hasPrefix("/") ? "" : "@") + input.text)
            require(
                hidden.map { !$0.description.contains(secret) } ?? true, "the password is never shown, not even where its @ was forgotten")
        }
        require((try? DatabaseURL(url.dialect == .sqlite ? "sqlite:\(url.exposed)" : url.exposed))?.dialect == url.dialect, "read again")
    }
}
