import Base
import Testing

@Suite("Base64 and hexadecimal")
struct Base64Tests {
    @Test("texts of RFC 4648, section 10", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func vectors(_ plain: String, _ encoded: String) {
        #expect(Base64.string(Array(plain.utf8)) == encoded)
        #expect(Base64.read(encoded.utf8) == Array(plain.utf8))
    }

    @Test("every byte comes back")
    func roundTrip() {
        for count in 250...256 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            #expect(Base64.read(Base64.string(bytes).utf8) == bytes)
            #expect(Hexadecimal.read(Hexadecimal.string(bytes).utf8) == bytes)
        }
        #expect(Base64.string([0xFB, 0xFF]) == "+/8=")
    }

    @Test(
        "a second text for the same bytes is refused",
        arguments: ["Zg", "Zg=", "Zh==", "Zg==\n", "-_8=", "Z===", "====", "=Zg=", "Zg=A", "Zm8=Zm8="])
    func refused(_ text: String) {
        #expect(Base64.read(text.utf8) == nil)
    }

    @Test("hexadecimal takes lower case in pairs", arguments: ["a", "AB", "0x", " 0", "0g"])
    func refusedDigits(_ text: String) {
        #expect(Hexadecimal.read(text.utf8) == nil)
    }
}
