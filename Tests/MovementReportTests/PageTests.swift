import Base
import Foundation
import Movement
import MovementReport
import Testing

private func page(_ measurement: Movement.Measurement, _ language: Language = .spanish) -> String {
    String(decoding: Sample.report(measurement, language).page(), as: UTF8.self)
}

/// Every opening and closing tag of a page, in order, with its attributes.
private func tags(_ page: String) -> [(name: String, isClosing: Bool, isEmpty: Bool, attributes: String)] {
    let void: Set = ["meta", "!DOCTYPE"]
    return page.components(separatedBy: "<").dropFirst().map { piece in
        let inside = piece.prefix { $0 != ">" }
        let isClosing = inside.hasPrefix("/")
        let name = String(inside.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" && $0 != "\n" })
        let isComment = name.hasPrefix("!--")
        return (name, isClosing, inside.hasSuffix("/") || void.contains(name) || isComment, String(inside))
    }
}

private func matches(_ pattern: String, in text: String) -> [String] {
    guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
        Range(match.range(at: 1), in: text).map { String(text[$0]) }
    }
}

@Suite("report.html")
struct PageTests {
    static let samples = [Sample.squat(), Sample.gait(), Sample.refused(), Sample.nothing()]

    @Test(
        "is well-formed, with headings in order and ids that exist once", arguments: samples.indices, Language.allCases)
    func structure(_ sample: Int, _ language: Language) {
        let page = page(Self.samples[sample], language)
        var open: [String] = []
        for tag in tags(page) where !tag.isEmpty {
            if tag.isClosing {
                #expect(open.popLast() == tag.name, "\(tag.attributes)")
            } else {
                open.append(tag.name)
            }
        }
        #expect(open.isEmpty)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"\(language.rawValue)\">"))
        let levels = matches("<h([1-6])", in: page).compactMap(Int.init)
        #expect(levels.first == 1)
        #expect(levels.count { $0 == 1 } == 1)
        #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
        let ids = matches(" id=\"([^\"]*)\"", in: page)
        #expect(Set(ids).count == ids.count)
        for references in matches("aria-labelledby=\"([^\"]*)\"", in: page) {
            #expect(references.split(separator: " ").allSatisfy { ids.contains(String($0)) })
        }
        for landmark in ["header", "main", "footer"] {
            #expect(page.components(separatedBy: "<\(landmark)>").count == 2)
        }
    }

    @Test(
        "has the two places in which it says whether somebody certified it, where there is something to certify", arguments: samples.indices
    )
    func marks(_ sample: Int) {
        let isRefused = Self.samples[sample].capture.refused != nil
        for language in Language.allCases {
            let page = page(Self.samples[sample], language)
            for name in ["standing", "reading"] {
                let parts = page.components(separatedBy: "<!--zancada:\(name)-->")
                #expect(parts.count == (isRefused ? 1 : 2))
                #expect(parts.last?.components(separatedBy: "<!--/zancada:\(name)-->").count == (isRefused ? 1 : 2))
            }
        }
    }

    @Test("needs nothing but itself, and no script", arguments: samples.indices)
    func selfContained(_ sample: Int) {
        let page = page(Self.samples[sample])
        for word in ["<script", "http:", "https:", "url(", "src=", "@import", "javascript", "<link", "NaN", "nan"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(matches("<[a-z]+[^>]* (on[a-z]+)=", in: page).isEmpty)
    }

    @Test("stays light: 150 kB for 15 seconds, 1 MB for 20 minutes")
    func weight() {
        #expect(page(Sample.squat()).utf8.count <= 150_000)
        #expect(page(Sample.squat(seconds: 1_200, repetitions: 400)).utf8.count <= 1_000_000)
    }

    @Test("says the main thing in a sentence for the person")
    func mainPoints() {
        #expect(
            page(Sample.squat()).contains(
                "Contamos 5 repeticiones. Dobló las rodillas hasta unos 98° (entre 93° y 102°, contando el error de la "
                    + "medición). Cada una duró unos 2,4\u{A0}s."))
        #expect(page(Sample.squat(), .english).contains("We counted 5 repetitions. You bent your knees to about 98°"))
        #expect(
            page(Sample.gait(), .english).contains("You walked at about 109 steps a minute and 1.2 metres a second."))
        var arm = Sample.squat()
        arm.recognition = Recognition(exercise: .shoulderAbduction, confidence: nil)
        for index in arm.repetitions.indices { arm.repetitions[index].peakBySide = [.left: 97] }
        #expect(page(arm).contains("Levantó el brazo izquierdo hasta unos 98°"))
        var chair = Sample.squat()
        chair.recognition = Recognition(exercise: .sitToStand, confidence: nil)
        for index in chair.repetitions.indices { chair.repetitions[index].peakDegrees = 6 }
        #expect(page(chair).contains("Estiró las rodillas hasta unos 6°"))
        #expect(page(chair).contains("<th scope=\"col\">Mínimo</th>"))
        var none = Sample.squat()
        none.repetitions = []
        #expect(page(none).contains("No encontramos ninguna repetición completa."))
    }

    @Test("tells a real difference between the sides from one smaller than the error")
    func sides() {
        let page = page(Sample.squat())
        #expect(page.contains("El lado derecho se mueve más: entre 1° y 9° de diferencia, más que el error"))
        #expect(
            page.contains(
                "No se ve una diferencia segura: 3° entre los lados, menos que el error de la medición (±7°)."))
    }

    @Test("draws what was measured, leaves gaps open, and names what is missing")
    func plots() {
        let page = page(Sample.squat())
        // Six joints and the figure; in each curve a second stroke after the gap.
        #expect(page.components(separatedBy: "role=\"img\"").count == 8)
        let curves = matches("<path class=\"line [rlc]\" vector-effect=\"non-scaling-stroke\" d=\"([^\"]*)\"", in: page)
        #expect(curves.count == 9)
        #expect(curves.allSatisfy { $0.filter { $0 == "M" }.count == 2 })
        #expect(page.contains("<strong>Hombro izquierdo, codo izquierdo.</strong> El brazo izquierdo quedó detrás"))
        #expect(page.contains("No se vio a la persona entre los segundos 6,0 y 6,5."))
    }

    @Test("a refused capture gets advice and no numbers")
    func refused() {
        var measurement = Sample.refused()
        measurement.angles = Sample.squat().angles
        measurement.times = Sample.squat().times
        measurement.repetitions = Sample.squat().repetitions
        let page = page(measurement)
        #expect(page.contains("<h1>No pudimos medir esta grabación</h1>"))
        #expect(page.contains("Apoye el teléfono a unos tres metros"))
        measurement.recognition.exercise = .gait
        #expect(MovementReportTests.page(measurement).contains("camine de un borde al otro"))
        #expect(!page.contains("°") && !page.contains("<table") && !page.contains("class=\"plot\""))
        #expect(!page.contains("Valoración previa"))
    }

    @Test("is called a pre-assessment, and never a diagnosis")
    func preAssessment() {
        #expect(page(Sample.squat()).contains("◇ Valoración previa, sin certificar"))
        #expect(page(Sample.squat(), .english).contains("It is not a diagnosis."))
    }

    @Test("says faults in plain words, and with numbers and sources for the clinician")
    func faults() throws {
        let spanish = page(Sample.squat())
        #expect(spanish.contains("<strong>◆ Rodilla hacia dentro (valgo).</strong> Las rodillas se juntan al doblarlas."))
        #expect(spanish.contains("En 2 de 5 repeticiones; sobre todo en el segundo 7,5."))
        #expect(spanish.contains("Se buscó y no está:"))
        #expect(spanish.contains("<li>talón despegado del suelo: desde donde estaba la cámara no se ve.</li>"))
        let english = page(Sample.squat(), .english)
        let details = try #require(english.range(of: "<details class=\"numbers\">"))
        let numbers = english[details.lowerBound...]
        #expect(numbers.contains("62 ±13\u{A0}%") && numbers.contains("&lt;\u{A0}80\u{A0}%"))
        #expect(numbers.contains("Mizner et al.") && numbers.contains("our judgement; no published limit."))
        #expect(!english[..<details.lowerBound].contains("62 ±13"))
        var clean = Sample.squat()
        clean.faults = clean.faults.filter { $0.found == nil }
        #expect(page(clean).contains("No se encontró ninguna compensación segura."))
    }

    @Test("shows the score with its interval, its parts, and what it is not")
    func score() throws {
        let page = page(Sample.squat(), .english)
        let score = try #require(Sample.squat().score)
        #expect(page.contains("<strong>\(score.points)</strong> of 100 (between "))
        for part in score.parts { #expect(page.contains("\(part.points) of \(part.most)<svg")) }
        #expect(page.contains("It is no clinical scale."))
        #expect(!MovementReportTests.page(Sample.nothing()).contains("id=\"score\""))
    }

    @Test("the figure moves without script, stands still on paper and for who asked for no motion")
    func figure() throws {
        let page = page(Sample.squat())
        #expect(page.contains("<animate attributeName=\"d\""))
        #expect(page.contains("<g class=\"still\"><path") && page.contains("prefers-reduced-motion:reduce"))
        // Every key frame of a path has as many points, so that one turns into the next.
        for values in matches("attributeName=\"d\"[^>]* values=\"([^\"]*)\"", in: page) {
            let counts = values.split(separator: ";").map { frame in frame.filter { $0 == "L" || $0 == "M" }.count }
            #expect(counts.count >= 10 && Set(counts).count == 1)
        }
        var unmeasured = Sample.squat()
        unmeasured.motion = nil
        #expect(!MovementReportTests.page(unmeasured).contains("id=\"moves\""))
    }

    @Test("speaks of stands on one leg and of heels as people do")
    func newerExercises() {
        var leg = Sample.squat()
        leg.recognition = Recognition(exercise: .singleLegStance, confidence: nil)
        leg.faults = []
        for index in leg.repetitions.indices { leg.repetitions[index].peakBySide = [.left: 60] }
        #expect(page(leg).contains("Sobre la pierna derecha se mantuvo 2,4\u{A0}s."))
        leg.repetitions = []
        #expect(page(leg).contains("No vimos que se mantuviera sobre una pierna."))
        var heels = Sample.squat()
        heels.recognition = Recognition(exercise: .heelRaise, confidence: nil)
        for index in heels.repetitions.indices { heels.repetitions[index].peakDegrees = -30 }
        #expect(page(heels, .english).contains("You tipped your feet as the heels rose to about 30° (between 25° and 35°"))
    }

    @Test("shows hostile words as words")
    func hostile() {
        var measurement = Sample.squat()
        measurement.capture.warnings = [.init("x", Text(verbatim: "<img src=x onerror=alert(1)>"))]
        measurement.withheld[.kneeLeft] = Text(verbatim: "</section><script>alert(2)</script>")
        var provenance = Sample.provenance
        provenance.models = ["<b>.tflite": "\"><i>"]
        let report = Report(measurement: measurement, provenance: provenance, language: .spanish)
        let page = String(decoding: report.page(), as: UTF8.self)
        #expect(!page.contains("<img") && !page.contains("<script") && !page.contains("<i>") && !page.contains("<b>"))
        #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
    }

    @Test("a fragment looks as it did")
    func golden() throws {
        let page = page(Sample.squat(), .english)
        let start = try #require(page.range(of: "<section aria-labelledby=\"repetitions\">"))
        let end = try #require(page.range(of: "</section>", range: start.lowerBound..<page.endIndex))
        #expect(
            page[start.lowerBound..<end.upperBound].replacingOccurrences(of: "\u{A0}", with: "~") == """
                <section aria-labelledby="repetitions">
                <h2 id="repetitions">Repetitions</h2>
                <table><caption>Knee: start, time, greatest angle and range</caption>
                <thead><tr><th scope="col">No.</th><th scope="col">Start</th><th scope="col">Time</th>\
                <th scope="col">Greatest</th><th scope="col" class="wide">Right</th><th scope="col" class="wide">Left</th>\
                <th scope="col">Range</th></tr></thead>
                <tbody><tr><th scope="row">1</th><td>0.3~s</td><td>2.4~s</td><td>97° ±5°</td><td class="wide">98°</td>\
                <td class="wide">95°</td><td>91°</td></tr>\
                <tr><th scope="row">2</th><td>3.3~s</td><td>2.4~s</td><td>98° ±5°</td><td class="wide">98°</td>\
                <td class="wide">95°</td><td>92°</td></tr>\
                <tr><th scope="row">3</th><td>6.3~s</td><td>2.4~s</td><td>99° ±5°</td><td class="wide">98°</td>\
                <td class="wide">95°</td><td>91°</td></tr>\
                <tr><th scope="row">4</th><td>9.3~s</td><td>2.4~s</td><td>97° ±5°</td><td class="wide">98°</td>\
                <td class="wide">95°</td><td>92°</td></tr>\
                <tr><th scope="row">5</th><td>12.3~s</td><td>2.4~s</td><td>98° ±5°</td><td class="wide">98°</td>\
                <td class="wide">95°</td><td>91°</td></tr></tbody></table>
                </section>
                """)
    }
}

@Suite("The summary in the terminal")
struct SummaryTests {
    @Test("keeps to 80 columns and ends with a line feed", arguments: PageTests.samples.indices, Language.allCases)
    func width(_ sample: Int, _ language: Language) {
        let summary = Sample.report(PageTests.samples[sample], language).summary()
        #expect(summary.hasSuffix("\n") && !summary.hasSuffix("\n\n"))
        for line in summary.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("says exercise, repetitions, ranges with their error, what is missing, and the warnings")
    func content() {
        let summary = Sample.report(Sample.squat(), .english).summary()
        #expect(summary.hasPrefix("Squat (94% sure)\nWe counted 5 repetitions."))
        #expect(summary.contains("Right knee              3° …  101°   range   99°   ±7°\n"))
        #expect(summary.contains("Left shoulder, left elbow: The left arm was hidden"))
        #expect(summary.contains("! There is little light"))
        #expect(Sample.report(Sample.refused()).summary().hasPrefix("La persona solo se ve un momento."))
    }
}
