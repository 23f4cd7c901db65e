import Base

/// The part of a target behind `?`, as names and values, each decoded (application/x-www-form-urlencoded, as browsers send it).
/// Forms that are sent in a body are read by it too.
package struct Query: Sendable, Hashable {
    /// In the order in which they were sent; a name may come several times.
    package let items: [Item]

    /// A name and what was given for it.
    package struct Item: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let empty = Query(items: [])
    package static let mostItems = 200

    package init(items: [Item]) { self.items = items }

    /// Throws `.badRequest` for percent signs without two digits, bytes that are no UTF-8, and more than `mostItems`.
    package init(_ text: some StringProtocol) throws(Problem) {
        guard !text.isEmpty else {
            items = []
            return
        }
        var items: [Item] = []
        for part in text.utf8.split(separator: UInt8(ascii: "&")) {
            guard items.count < Self.mostItems else { throw .query }
            let cut = part.firstIndex(of: UInt8(ascii: "="))
            guard let name = PercentText.decoded(part[..<(cut ?? part.endIndex)], plusIsSpace: true),
                let value = PercentText.decoded(cut.map { part[part.index(after: $0)...] } ?? part[part.endIndex...], plusIsSpace: true)
            else { throw .query }
            items.append(Item(name, value))
        }
        self.items = items
    }

    /// The first value of a name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Percent-encoded again, without the question mark.
    package var text: String {
        items.map { "\(PercentText.encoded($0.name))=\(PercentText.encoded($0.value))" }.joined(separator: "&")
    }

    /// The value of a parameter. Throws `.badRequest` where it comes twice.
    func only(_ shape: ParameterShape) throws(Problem) -> String? {
        var found: String?
        for item in items where item.name == shape.name {
            guard found == nil else { throw .parameter(shape, "given_twice") }
            found = item.value
        }
        return found
    }
}

/// Percent-encoding (RFC 3986, section 2.1).
package enum PercentText {
    /// nil for a percent sign without two hexadecimal digits, for a byte 0, and for bytes that are no UTF-8.
    package static func decoded(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next()?.hexDigit, let low = iterator.next()?.hexDigit, high | low != 0 else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            case 0: return nil
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension PercentText {
    /// With a percent sign for whatever RFC 3986 does not leave as it is (section 2.3).
    package static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
