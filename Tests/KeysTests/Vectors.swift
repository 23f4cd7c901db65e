import Base
import Foundation
import Testing

/// `Goldens/vectors.json`, which `make-vectors.py` wrote with another library.
struct Vectors {
    let json: JSON

    init() throws {
        let url = try #require(Bundle.module.url(forResource: "vectors", withExtension: "json", subdirectory: "Goldens"))
        json = try JSON.parse([UInt8](try Data(contentsOf: url)))
    }

    func rows(_ name: String) throws -> [JSON] { try #require(json[name]?.array) }
}

extension JSON {
    func text(_ name: String) throws -> String { try #require(self[name]?.string) }
    func bytes(_ name: String) throws -> [UInt8] {
        let text = try text(name)
        return try #require([UInt8](hexadecimal: text))
    }

    func byteLists(_ name: String) throws -> [[UInt8]] {
        try #require(self[name]?.array).map { element in
            let text = try #require(element.string)
            return try #require([UInt8](hexadecimal: text))
        }
    }
}

extension [UInt8] {
    init?(hexadecimal text: String) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else { return nil }
            append(byte)
        }
    }

    /// With one bit changed.
    func flipped(_ bit: Int) -> [UInt8] {
        var bytes = self
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        return bytes
    }
}
