import Base
import Foundation
import Movement
import MovementReport
import Testing

@Suite("report.json")
struct ReportJSONTests {
    static let samples = [Sample.squat(), Sample.gait(), Sample.refused(), Sample.nothing()]

    @Test("is what the published schema says", arguments: samples.indices, Language.allCases)
    func schema(_ sample: Int, _ language: Language) throws {
        let check = SchemaCheck(schema: try JSON.parse(try repositoryFile("docs/report.schema.json")))
        let report = try JSON.parse(Sample.report(Self.samples[sample], language).json())
        #expect(check.findings(report) == [])
    }

    @Test("the schema refuses what is not a report")
    func schemaRefuses() throws {
        let check = SchemaCheck(schema: try JSON.parse(try repositoryFile("docs/report.schema.json")))
        let text = String(decoding: Sample.report(Sample.squat()).json(), as: UTF8.self)
        for (old, new) in [
            ("\"version\": 2", "\"version\": 3"), ("\"not_found\"", "\"absent\""), ("\"frames\": 450", "\"frames\": 4.5"),
            ("\"tempo_s\": ", "\"tempo\": "),
            ("\"squat\"", "\"dance\""), ("cdcd", "xyxy"), ("\"min\": ", "\"min\": \"\", \"x\": "),
        ] {
            let wrong = try JSON.parse(Array(text.replacingOccurrences(of: old, with: new).utf8))
            #expect(check.findings(wrong) != [], "\(new)")
        }
    }

    @Test("says what the measurement says")
    func content() throws {
        let report = try JSON.parse(Sample.report(Sample.squat()).json())
        #expect(report["exercise"]?.string == "squat")
        #expect(report["exercise_confidence"]?.number == 0.94)
        #expect(report["exercise_requested"]?.string == "auto")
        #expect(report["repetitions"]?.array?.count == 5)
        #expect(report["repetitions"]?[0]?["tempo_s"]?.number == 2.4)
        #expect(report["repetitions"]?[0]?["peak_r"]?.number == 98.25)
        #expect(report["repetitions"]?[2]?["smoothness"]?.isNull == true)
        let knee = try #require(report["angles"]?["knee_r_deg"])
        let least = try #require(knee["min"]?.number)
        let greatest = try #require(knee["max"]?.number)
        #expect(abs((knee["range"]?.number ?? 0) - (greatest - least)) < 0.011)
        #expect(greatest > 96 && greatest < 103 && least < 6)
        #expect(knee["withheld"]?.isNull == true)
        #expect(report["angles"]?["shoulder_l_deg"]?["withheld"]?.string?.hasPrefix("El brazo izquierdo") == true)
        #expect(report["angles"]?["shoulder_l_deg"]?["min"]?.isNull == true)
        #expect(report["symmetry"]?[0]?["is_real"]?.bool == true)
        #expect(report["symmetry"]?[1]?["is_real"]?.bool == false)
        #expect(report["gait"]?.isNull == true)
        #expect(report["capture"]?["warnings"]?[0]?["code"]?.string == "too_dark")
        let models = report["provenance"]?["models"]?.object?.members.map(\.name)
        #expect(models == ["pose_detector.tflite", "pose_landmark.tflite"])
        let notes = report["notes"]?.array?.compactMap { $0["code"]?.string }
        #expect(
            notes == [
                "pre_assessment", "interval_two_sd", "personal_level", "sides_measured_apart", "gaps_bridged",
                "gaps_left_empty", "single_camera",
            ])
    }

    @Test("has every verdict with its limit and source, and the evidence of what was found")
    func faults() throws {
        let report = try JSON.parse(Sample.report(Sample.squat(), .english).json())
        let faults = try #require(report["faults"]?.array)
        #expect(faults.count == Sample.faults().count)
        let knees = try #require(faults.first { $0["code"]?.string == "knee_valgus" })
        #expect(knees["verdict"]?.string == "found" && knees["severity"]?.string == "mild")
        #expect(knees["amount"]?.number == 61.5 && knees["uncertainty"]?.number == 6.25)
        #expect(knees["threshold"]?.number == 80 && knees["is_fault"]?.string == "below" && knees["unit"]?.string == "%")
        #expect(knees["basis"]?.string == "judgement" && knees["source"]?.string?.contains("Mizner") == true)
        #expect(knees["occurrences"]?[1]?["repetition"]?.number == 3)
        #expect(knees["occurrences"]?[1]?["first_picture"]?.number == 210)
        let heels = try #require(faults.first { $0["code"]?.string == "heel_rise" })
        #expect(heels["verdict"]?.string == "undecided" && heels["reason"]?.string == "hidden_by_view")
        #expect(heels["amount"]?.isNull == true && heels["occurrences"]?.array == [])
        let score = try #require(report["score"])
        let parts = try #require(score["parts"]?.array)
        #expect(parts.reduce(0) { $0 + ($1["points"]?.number ?? 0) } == score["points"]?.number)
        #expect(parts.reduce(0) { $0 + ($1["most"]?.number ?? 0) } == 100)
        #expect(report["protocol"]?["counted_as"]?.string == "repetitions")
        #expect(report["protocol"]?["leading_joint"]?.string == "knee")
    }

    @Test("of a refused capture claims nothing")
    func refused() throws {
        var measurement = Sample.refused()
        // Even where a computation left something behind.
        measurement.angles = Sample.squat().angles
        measurement.repetitions = Sample.squat().repetitions
        measurement.faults = Sample.faults()
        measurement.recognition = Recognition(exercise: .squat, confidence: 1)
        let report = try JSON.parse(Sample.report(measurement, .english).json())
        #expect(report["exercise"]?.string == "unknown")
        #expect(report["exercise_confidence"]?.isNull == true)
        #expect(report["repetitions"]?.array == [] && report["faults"]?.array == [])
        #expect(report["score"]?.isNull == true && report["protocol"]?.isNull == true)
        for angle in JointAngle.allCases {
            #expect(report["angles"]?[angle.column]?["max"]?.isNull == true)
            #expect(report["angles"]?[angle.column]?["withheld"]?.string?.contains("film again") == true)
        }
        #expect(report["capture"]?["refused"]?["code"]?.string == "too_few_frames")
    }

    @Test("takes no extreme where the angle is much less certain, and states the error of the extremes")
    func extremes() throws {
        var measurement = Sample.gait()
        let count = measurement.times.count
        var series = AngleSeries(
            degrees: (0..<count).map { Double($0 % 30) }, standardUncertaintyDegrees: .init(repeating: 4, count: count))
        // The first picture is a guess; the peak is less certain than the rest, but not by much.
        (series.degrees[0], series.standardUncertaintyDegrees[0]) = (88, 12.75)
        (series.degrees[40], series.standardUncertaintyDegrees[40]) = (59, 7)
        series.degrees[50] = -3
        measurement.angles[.kneeRight] = series
        func knee() throws -> JSON {
            try #require(try JSON.parse(Sample.report(measurement).json())["angles"]?["knee_r_deg"])
        }
        let doubtful = try knee()
        #expect(doubtful["min"]?.number == -3)
        #expect(doubtful["max"]?.number == 59)
        #expect(doubtful["uncertainty"]?.number == 5.7)  // √((4² + 7²) / 2)
        measurement.angles[.kneeRight]?.standardUncertaintyDegrees[40] = 1
        measurement.angles[.kneeRight]?.standardUncertaintyDegrees[50] = 1
        #expect(try knee()["uncertainty"]?.number == 4)
    }

    @Test("is the same byte for byte each time")
    func determinism() {
        for sample in Self.samples {
            #expect(Sample.report(sample).json() == Sample.report(sample).json())
        }
    }

    @Test("is what the example in the documentation shows")
    func example() throws {
        let example = String(decoding: try repositoryFile("docs/report.example.json"), as: UTF8.self)
        #expect(String(decoding: Sample.report(Sample.gait(), .english).json(), as: UTF8.self) == example)
    }
}
