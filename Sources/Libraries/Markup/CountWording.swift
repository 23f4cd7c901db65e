import Base

/// Counts, shares and sizes as people read them.
extension Language {
    /// With its thousands apart: "12 345" in Spanish (from five digits on, as its academies ask), "12,345" in English.
    package func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        let least = self == .spanish ? 5 : 4
        let sign = number < 0 ? "−" : ""
        guard digits.count >= least else { return sign + digits }
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += self == .spanish ? "\u{202F}" : "," }
            grouped.append(digit)
        }
        return sign + grouped
    }

    /// "92 %" in Spanish, "92%" in English.
    package func percent(_ value: Double, decimals: Int = 0) -> String {
        number(value, decimals: decimals) + callAsFunction(es: "\u{A0}%", en: "%")
    }

    /// "3,4 MB": in powers of a thousand, as people know it from their phones.
    package func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "kB", "MB", "GB"] {
            if value.magnitude < 999.5 { return number(value, decimals: unit == "B" || value >= 99.5 ? 0 : 1) + "\u{A0}" + unit }
            value /= 1_000
        }
        return number(value, decimals: 1) + "\u{A0}TB"
    }

    /// "1 paciente", "3 pacientes".
    package func counted(_ number: Int, one: Text, many: Text) -> String {
        count(number) + "\u{A0}" + (number == 1 ? one(self) : many(self))
    }
}
