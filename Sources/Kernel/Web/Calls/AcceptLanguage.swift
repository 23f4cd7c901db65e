import Base

extension Language {
    /// The language of ours that `Accept-Language` prefers (RFC 9110, section 12.5.4); Spanish where it says nothing of use. At most its
    /// first 16 ranges are read.
    package init(accepting field: String?) {
        self = .spanish
        guard let field else { return }
        var best = 0.0
        for range in field.split(separator: ",").prefix(16) {
            let parts = range.split(separator: ";")
            guard let tag = parts.first?.drop(while: { $0 == " " }).prefix(2).lowercased(), let language = Language(rawValue: tag)
            else { continue }
            let quality = parts.dropFirst().lazy.compactMap { part -> Double? in
                let part = part.drop { $0 == " " }
                return part.hasPrefix("q=") ? Double(part.dropFirst(2)) : nil
            }.first
            let weight = quality ?? 1
            guard weight > best, weight <= 1 else { continue }
            (self, best) = (language, weight)
        }
    }
}
