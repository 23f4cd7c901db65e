import Backup
import Base
import Testing

@Suite("the recovery kit's text")
struct KitTests {
    private static let kit = RecoveryKit(
        number: 258, needsEngine: true, installation: "an installation", key: Secret((0..<32).map { UInt8($0 * 7 + 1) }))
    private static let lines = KitText.lines(kit)
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private static func page(_ lines: [String]) -> String {
        lines.enumerated().map { "   \($0.offset + 1)  \($0.element)" }.joined(separator: "\n")
    }

    private static func fault(_ text: String) -> KitText.Fault? {
        do {
            _ = try KitText.read(text)
            return nil
        } catch {
            return error
        }
    }

    @Test("what was printed is read again, from lines with and without numbers, in any order, and from the QR code's text")
    func round() throws {
        let texts = [
            Self.page(Self.lines), "words\nmore words\n" + Self.page(Self.lines), Self.lines.joined(separator: "\n"),
            KitText.code(Self.kit),
            Self.page(Self.lines).lowercased(), Self.page(Self.lines).replacing("0", with: "O").replacing("1-", with: "I-"),
            Self.lines.enumerated().reversed().map { "\($0.offset + 1) \($0.element)" }.joined(separator: "\r\n"),
            Self.lines.enumerated().map { "\($0.offset + 1) " + $0.element.replacing("-", with: "- ") }.joined(separator: "\n"),
        ]
        for text in texts {
            let read = try KitText.read(text)
            #expect(read.name == Self.kit.name && read.key == Self.kit.key && read.number == 258 && read.needsEngine)
        }
        #expect(Self.lines.allSatisfy { $0.count == 22 } && Self.lines.count == 5)
    }

    @Test("every single wrong character is noticed, and the line is named")
    func wrongCharacter() {
        for (place, line) in Self.lines.enumerated() {
            let characters = Array(line)
            for (position, right) in characters.enumerated() where right != "-" {
                for other in Self.alphabet where other != right {
                    var typed = characters
                    typed[position] = other
                    var lines = Self.lines
                    lines[place] = String(typed)
                    #expect(Self.fault(Self.page(lines)) == .wrong(line: place + 1))
                }
            }
        }
    }

    @Test("every exchange of two characters among a line's sixteen is noticed, and the line is named")
    func exchange() {
        for (place, line) in Self.lines.enumerated() {
            let characters = Array(line)
            let positions = characters.indices.filter { characters[$0] != "-" }.prefix(16)
            for one in positions {
                for other in positions where one < other && characters[one] != characters[other] {
                    var typed = characters
                    typed.swapAt(one, other)
                    var lines = Self.lines
                    lines[place] = String(typed)
                    #expect(Self.fault(Self.page(lines)) == .wrong(line: place + 1))
                }
            }
        }
    }

    @Test("lines that are missing, cut, exchanged or from another kit are told apart")
    func otherFaults() {
        var cut = Self.lines
        cut[3].removeLast()
        #expect(Self.fault(Self.page(cut)) == .unreadable(line: 4))
        var exchanged = Self.lines
        exchanged.swapAt(1, 2)
        #expect(Self.fault(Self.page(exchanged)) == .wrong(line: 2))
        #expect(Self.fault(Self.page(Array(Self.lines.dropLast()))) == .missing(line: 5))
        let other = RecoveryKit(
            number: 258, needsEngine: true, installation: "an installation", key: Secret([UInt8](repeating: 9, count: 32)))
        var mixed = Self.lines
        mixed[2] = KitText.lines(other)[2]
        #expect(Self.fault(Self.page(mixed)) == .mixed)
        for text in ["", "nothing", "ZANCADA-KIT-1-000", String(repeating: "x", count: 70_000)] { #expect(Self.fault(text) == .notAKit) }
        var unknown = Self.lines
        unknown[0] = "U" + unknown[0].dropFirst()
        #expect(Self.fault(Self.page(unknown)) == .unreadable(line: 1))
    }

    @Test("what a person types for a line is taken as it was meant, and nothing else")
    func typing() {
        #expect(KitText.matches(Self.lines[1].lowercased().replacing("-", with: " "), Self.lines[1]))
        #expect(!KitText.matches(Self.lines[2], Self.lines[1]) && !KitText.matches("", Self.lines[1]))
        #expect(!KitText.matches(String(Self.lines[1].dropLast()), Self.lines[1]) && !KitText.matches("ñ", Self.lines[1]))
    }
}
