import Base
import Markup
import Movement
import MovementReport
import Web

/// What clinicians read of evaluations, in few words.
struct CareWords: Sendable {
    let ui: Interface

    private var language: Language { ui.language }

    static func title(_ state: MovementEvaluation.State) -> Text {
        switch state {
        case .preAssessment: Text(es: "Por revisar", en: "To review")
        case .certified: Text(es: "Certificada", en: "Certified")
        case .rejected: Text(es: "Rechazada", en: "Rejected")
        case .refused: Text(es: "No se pudo medir", en: "Could not be measured")
        case .failed: Text(es: "Falló el programa", en: "The program failed")
        case .uploading: Text(es: "Llegando", en: "Arriving")
        case .waiting: Text(es: "Midiéndose", en: "Being measured")
        }
    }

    func badge(_ state: MovementEvaluation.State) -> HTML {
        switch state {
        case .preAssessment: ui.badge(Self.title(state), .caution, icon: .clock)
        case .certified: ui.badge(Self.title(state), .good)
        case .rejected, .failed: ui.badge(Self.title(state), .stop)
        case .refused: ui.badge(Self.title(state), .caution)
        case .uploading, .waiting: ui.badge(Self.title(state), .plain, icon: .clock)
        }
    }

    /// "Rodilla hacia dentro (valgo), derecha".
    static func fault(_ fault: MovementEvaluation.Fault) -> Text {
        let name = FaultCode(rawValue: fault.code)?.name ?? Text(verbatim: fault.code)
        guard let side = fault.side.flatMap({ BodySide(rawValue: $0) }) else { return name }
        let word = Words.side(side)
        return Text(es: "\(name.spanish), \(word.spanish)", en: "\(name.english), \(word.english)")
    }

    /// The compensations, the marked ones first, each with how marked it is; at most `most`, and how many more there are.
    func findings(_ evaluation: MovementEvaluation, most: Int = 2) -> HTML {
        let faults = evaluation.standingFaults.sorted { ($0.severity == "marked" ? 0 : 1) < ($1.severity == "marked" ? 0 : 1) }
        guard !faults.isEmpty else {
            return "<span class=\"second\">\(ui(es: "Sin compensaciones claras", en: "No clear compensation"))</span>"
        }
        let shown = faults.prefix(most).map { fault -> HTML in
            let isMarked = fault.severity == "marked"
            let word = isMarked ? Text(es: "marcada", en: "marked") : Text(es: "leve", en: "mild")
            let text = Text(
                es: "\(Self.fault(fault).spanish): \(word.spanish)", en: "\(Self.fault(fault).english): \(word.english)")
            return "<li>\(ui.badge(text, isMarked ? .stop : .caution))</li>"
        }
        let more: HTML? =
            faults.count > most
            ? "<li class=\"second\">\(ui(es: "y \(faults.count - most) más", en: "and \(faults.count - most) more"))</li>" : nil
        return "<ul class=\"findings\">\(shown)\(more)</ul>"
    }

    /// "58 puntos (51–65)"; nil where there is no score.
    func score(_ evaluation: MovementEvaluation) -> String? {
        evaluation.result?.score.map { score in
            let (low, high) = (language.number(score.low), language.number(score.high))
            return ui(es: "\(score.points) puntos (\(low)–\(high))", en: "\(score.points) points (\(low)–\(high))")
        }
    }

    func ago(_ instant: Instant, _ now: Instant) -> Text { Self.ago(instant, now) }

    static func ago(_ instant: Instant, _ now: Instant) -> Text {
        Text(es: Language.spanish.ago(instant, now: now), en: Language.english.ago(instant, now: now))
    }

    /// A day on the reader's clock in both languages, for texts that have both.
    func day(_ instant: Instant) -> Text {
        Text(
            es: Interface(.spanish, timeZone: ui.timeZone).compactDay(instant),
            en: Interface(.english, timeZone: ui.timeZone).compactDay(instant))
    }
}

extension MovementEvaluation {
    /// The compensations without those that a clinician took back.
    var standingFaults: [Fault] {
        let back = (review?.amendments ?? []).filter { $0.what == .fault && $0.to == nil }.compactMap(\.from)
        return (result?.faults ?? []).filter { !back.contains($0.key) }
    }

    /// Whether its numbers are to be gone by: measured, and not said by a clinician to be wrong.
    var counts: Bool { result != nil && (state == .preAssessment || state == .certified) }
}
