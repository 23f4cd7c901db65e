import Base
import Movement
import MovementReport
import Testing

@Suite("The comparison of two recordings in words")
struct ComparisonTests {
    private func comparison(deeperBy degrees: Double) throws -> MeasurementComparison {
        var after = Sample.squat()
        for index in after.repetitions.indices { after.repetitions[index].peakDegrees += degrees }
        return try MeasurementComparison(before: Sample.squat(), after: after)
    }

    @Test("a difference below the error is no real change, one above is")
    func words() throws {
        func sentence(_ degrees: Double, _ language: Language) throws -> String {
            try #require(try comparison(deeperBy: degrees).figures.first { $0.code == "peak" }).sentence(in: language)
        }
        // Levels of 2.4° each: 1.96 · √2 · 2.43 (with the repetitions' scatter) is 7°.
        #expect(
            try sentence(3, .spanish)
                == "Ángulo en el punto final: de 98° a 101°. Todavía no hay un cambio real "
                + "(la diferencia es menor que el error de la medición, 7°).")
        #expect(
            try sentence(12, .english)
                == "Angle at the turn: rose from 98° to 110°, more than the measurement error (7°).")
        #expect(try sentence(-12, .spanish).contains("bajó de 98° a 86°"))
    }

    @Test("is written with change, minimal detectable change and verdict")
    func json() throws {
        let comparison = try comparison(deeperBy: 12)
        var writer = JSONWriter(layout: .compact, reservingBytes: 1_024)
        writer.object { comparison.write(to: &$0, in: .english) }
        let json = try JSON.parse(writer.bytes)
        #expect(json["exercise"]?.string == "squat")
        let peak = try #require(json["figures"]?.array?.first { $0["code"]?.string == "peak" })
        #expect(peak["change"]?.number == 12 && peak["verdict"]?.string == "increased")
        #expect(json["faults_gone"]?.array == [] && json["remarks"]?.array == [])
    }
}
