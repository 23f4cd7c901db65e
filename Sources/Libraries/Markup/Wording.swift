import Base

/// Numbers as people read them in each language. They stand with a narrow or plain no-break space before their unit.
extension Language {
    /// One of two ways to say the same: `language(es: "Rodilla", en: "Knee")`.
    package func callAsFunction(es spanish: String, en english: String) -> String {
        Text(es: spanish, en: english)(self)
    }

    /// With a fixed count of decimals: "2,5" in Spanish, "2.5" in English, "−3" with a true minus sign; no grouping.
    /// An en dash where there is no number.
    package func number(_ value: Double, decimals: Int = 0) -> String {
        var bytes: [UInt8] = []
        guard bytes.append(decimal: value, decimals: decimals) else { return "–" }
        let text = String(decoding: bytes, as: UTF8.self)
        return String(
            text.map { character -> Character in
                switch character {
                case "-": "−"
                case "." where self == .spanish: ","
                default: character
                }
            })
    }

    /// "97°".
    package func degrees(_ value: Double, decimals: Int = 0) -> String {
        number(value, decimals: decimals) + "°"
    }

    /// "2,3 s" below a minute, "1 min 5 s" from there on.
    package func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e9 else { return "–" }
        guard seconds.rounded() >= 60 else { return number(seconds, decimals: 1) + "\u{A0}s" }
        let (minutes, rest) = Int(seconds.rounded()).quotientAndRemainder(dividingBy: 60)
        return rest == 0 ? "\(minutes)\u{A0}min" : "\(minutes)\u{A0}min \(rest)\u{A0}s"
    }

    /// "entre 92° y 101°", "between 92° and 101°"; one value where both round to the same.
    package func degrees(between low: Double, and high: Double) -> String {
        let (low, high) = (degrees(low), degrees(high))
        if low == high { return low }
        return Text(es: "entre \(low) y \(high)", en: "between \(low) and \(high)")(self)
    }
}
