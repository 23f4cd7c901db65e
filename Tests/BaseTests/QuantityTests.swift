import Base
import Foundation
import Testing

@Suite("Quantities")
struct QuantityTests {
    @Test("keep their unit through arithmetic, and lose it in a ratio")
    func arithmetic() {
        let angle: Degrees = 90
        #expect(angle + 7.25 - 10 == 87.25)
        #expect(-angle * 0.5 == Degrees(-45))
        #expect(2 * angle / 4 == Degrees(45))
        #expect(angle / Degrees(30) == 3)
        #expect((-angle).magnitude == angle)
        #expect(Degrees.zero < angle)
        #expect(!Metres(.nan).isFinite)
    }

    @Test("convert between units of one kind")
    func conversion() {
        #expect(Radians(Degrees(180)).value == Double.pi)
        #expect(Degrees(Radians(.pi / 2)).value == 90)
        #expect(Millimetres(Metres(1.75)) == 1_750)
        #expect(Metres(Millimetres(250)) == 0.25)
        #expect(Seconds(.milliseconds(2_500)) == 2.5)
        #expect(Hertz(50).period == 0.02)
        #expect(Seconds(0.02).frequency == 50)
    }

    @Test("are bare numbers in JSON and name their unit to a developer")
    func writing() throws {
        #expect(String(decoding: try JSONEncoder().encode([Kilograms(71.5)]), as: UTF8.self) == "[71.5]")
        #expect(try JSONDecoder().decode([Kilograms].self, from: Data("[71.5]".utf8)) == [71.5])
        #expect(Seconds(2.5).description == "2.5 s")
    }
}
