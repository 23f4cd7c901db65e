import Base

extension FuzzTarget {
    static let json = FuzzTarget(
        "json",
        corpus: [
            #"{"a":[1,-2.5e3,true,null,"é😀\n\ud83d\ude00"],"b":{"c":9223372036854775807}}"#, "[9007199254740993,1e22,5e-324]",
            "[[[[[[[[[]]]]]]]]]", "\"\\u0000\"", " \t\r\n{} ", "{\"a\":1,\"a\":2}", "-0", "1.7976931348623157e308",
        ]
    ) { input in
        let limits = JSON.Limits(bytes: 4_096, depth: 16)
        guard let value = try? JSON.parse(Array(input), limits: limits) else { return }
        require(input.count <= 4_096, "limit of bytes")
        require(depth(value) <= 16, "limit of depth")
        for layout in [JSONWriter.Layout.compact, .pretty] {
            var writer = JSONWriter(layout: layout)
            value.write(to: &writer)
            let again = try? JSON.parse(writer.bytes)
            require(again == value, "written and read again it is the same")
            var second = JSONWriter(layout: layout)
            again?.write(to: &second)
            require(second.bytes == writer.bytes, "written again it is the same")
        }
    }

    private static func depth(_ value: JSON) -> Int {
        switch value {
        case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map { depth($0.value) }.max() ?? 0)
        default: 0
        }
    }

    static let jsonScanner = FuzzTarget(
        "json-scanner", corpus: ["[1, -2.5,3e2 ]", "[]", "[0.1,1e400]", "[00]", "[1e-400,123456789012345678901234567890]"]
    ) { input in
        input.withMemoryRebound(to: UInt8.self) { bytes in
            var scanner = JSONScanner(bytes)
            var numbers: [Double] = []
            let isRead = (try? scanner.numbers(appendingTo: &numbers)) != nil
            require(scanner.offset <= bytes.count, "it stays within the input")
            require(numbers.allSatisfy(\.isFinite), "numbers are finite")
            guard isRead else { return }
            let whole = try? JSON.parse(UnsafeBufferPointer(rebasing: bytes[..<scanner.offset]))
            require(whole?.array?.compactMap(\.number) == numbers, "both readers agree")
        }
    }

    static let jsonEscapes = FuzzTarget("json-escapes", corpus: ["plain text without", "\u{0}\"\\\n\u{1F}é😀\u{7F}"]) { input in
        let text = input.text
        var writer = JSONWriter()
        writer.string(text)
        let read = (try? JSON.parse(writer.bytes))?.string
        require(read.map { $0.utf8.elementsEqual(text.utf8) } == true, "the reader gives back what the writer wrote")
        require(!writer.bytes.contains { $0 < 0x20 }, "no control characters")
    }
}
