import Base
import PostgresEngine
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

    static let wholeNumeric = FuzzTarget(
        "whole-numeric",
        corpus: [
            // 0, 1, -1, 12 345 678, 10 000, 1.00, 1.5, NaN: count, weight, sign, scale, digits.
            "\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}", "\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}",
            "\u{0}\u{1}\u{0}\u{0}\u{40}\u{0}\u{0}\u{0}\u{0}\u{1}", "\u{0}\u{2}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{4}\u{52}\u{16}\u{2e}",
            "\u{0}\u{1}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}", "\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{0}\u{2}\u{0}\u{1}",
            "\u{0}\u{2}\u{0}\u{0}\u{0}\u{0}\u{0}\u{1}\u{0}\u{1}\u{13}\u{8}",
            "\u{0}\u{5}\u{0}\u{4}\u{40}\u{0}\u{0}\u{0}\u{3}\u{1}\u{e}\u{1}\u{7}\u{1}\u{1}\u{1}\u{16}\u{1}",
            "\u{0}\u{0}\u{0}\u{0}\u{60}\u{0}\u{0}\u{0}",
        ]
    ) { input in
        guard let whole = WholeNumeric.value(of: input) else { return }
        func word(_ index: Int) -> Int { Int(input[2 * index]) << 8 | Int(input[2 * index + 1]) }
        let (count, weight) = (word(0), word(1))
        require(input.count == 8 + 2 * count, "it is read to its end")
        // Worked out in numbers that cannot overflow: no whole number of 64 bits has more than five digits to the base 10,000.
        var sum: Int128 = 0
        for place in 0..<count {
            let digit = word(4 + place)
            require(digit < 10_000, "digits are digits")
            require(place <= weight || digit == 0, "nothing stands behind the point")
            guard place <= weight else { continue }
            sum += (0..<(weight - place)).reduce(Int128(digit)) { value, _ in value * 10_000 }
        }
        require(Int128(whole) == (word(2) == 0x4000 ? -sum : sum), "it is the number that was written")
    }
}
