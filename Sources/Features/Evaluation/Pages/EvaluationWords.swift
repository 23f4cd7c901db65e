import Base
import Movement
import MovementReport
import Web

/// How evaluations are called on pages, after whatever a clinician changed.
extension MovementEvaluation {
    /// What was measured, or was asked to be; nil where it is none that is known.
    var exercise: Exercise? {
        let changed = review?.amendments.last { $0.what == .exercise }?.to
        return Exercise(rawValue: changed ?? result?.exercise ?? asked)
    }

    var exerciseName: Text {
        if let exercise { return ExerciseProtocol.of(exercise).name }
        return result == nil
            ? Text(es: "Una grabación", en: "A recording") : Text(es: "Ejercicio sin reconocer", en: "Exercise not recognised")
    }

    var repetitions: Int {
        let changed = review?.amendments.last { $0.what == .repetitions }?.to.flatMap { Int($0) }
        return changed ?? result?.repetitions ?? 0
    }

    /// How it stands, in a few words. Until a person with a name signed it, it is called a pre-assessment.
    var standingWords: Text {
        switch state {
        case .preAssessment: return Text(es: "Valoración previa, sin certificar", en: "Pre-assessment, not certified")
        case .certified:
            let name = review?.reviewerName ?? ""
            return review?.decision == .amended
                ? Text(es: "Certificada con cambios por \(name)", en: "Certified with changes by \(name)")
                : Text(es: "Certificada por \(name)", en: "Certified by \(name)")
        case .rejected: return Text(es: "Hay que grabar de nuevo", en: "To be filmed again")
        case .refused: return Text(es: "No se pudo medir: grabe de nuevo", en: "Could not be measured: film again")
        case .failed: return Text(es: "Falló de nuestro lado", en: "It failed on our side")
        case .uploading: return Text(es: "A medio enviar", en: "Sent in part")
        case .waiting: return Text(es: "Se está midiendo", en: "Being measured")
        }
    }

    var tone: Tone {
        switch state {
        case .preAssessment, .waiting: .action
        case .certified: .good
        case .rejected, .refused, .uploading: .caution
        case .failed: .stop
        }
    }

    var icon: Icon {
        switch state {
        case .preAssessment: .exercise
        case .certified: .good
        case .rejected, .refused, .failed: .caution
        case .uploading: .upload
        case .waiting: .clock
        }
    }

    /// Whether what was measured may be looked at beside others.
    var isMeasured: Bool { state == .preAssessment || state == .certified }
}

/// A compensation in words, as it stands after whatever a clinician changed.
struct SpokenFault: Hashable {
    let code: FaultCode
    let side: BodySide?
    /// nil where a clinician saw it and the program had not.
    let isMarked: Bool?

    var plain: Text { code.plain(side: side) }

    private var key: FaultKey { FaultKey(code, side) }

    static func all(of evaluation: MovementEvaluation) -> [SpokenFault] {
        var faults = evaluation.standingFaults.compactMap { fault in
            FaultKey(fault.key).map {
                SpokenFault(code: $0.code, side: $0.side, isMarked: fault.severity == Fault.Severity.marked.rawValue)
            }
        }
        let added = (evaluation.review?.amendments ?? []).filter { $0.what == .fault }.compactMap(\.to).compactMap { FaultKey($0) }
        faults += added.map { SpokenFault(code: $0.code, side: $0.side, isMarked: nil) }
        // Several joints may show the same: it is said once, as clearly as the clearest.
        var said: [SpokenFault] = []
        for fault in faults {
            guard let index = said.firstIndex(where: { $0.key == fault.key }) else {
                said.append(fault)
                continue
            }
            if fault.isMarked == true { said[index] = fault }
        }
        return said
    }
}
