import Base
import Movement

/// What a clinician decides about a measurement, as they sent it.
package struct ReviewRequest: Sendable, Hashable {
    package var decision: Decision
    package var reason: MovementEvaluation.Review.Reason?
    package var words: String?
    package var changes: [Change]

    /// What is to be done.
    package enum Decision: String, Sendable, Hashable, CaseIterable {
        case certify
        case amend
        case reject
    }

    /// A change as it was asked for. `from` may be missing where there can be one only.
    package struct Change: Sendable, Hashable {
        package var what: MovementEvaluation.Amendment.Subject
        package var from: String?
        package var to: String?

        package init(_ what: MovementEvaluation.Amendment.Subject, from: String? = nil, to: String? = nil) {
            self.what = what
            self.from = from
            self.to = to
        }
    }

    package init(
        _ decision: Decision, because reason: MovementEvaluation.Review.Reason? = nil, words: String? = nil, changes: [Change] = []
    ) {
        self.decision = decision
        self.reason = reason
        self.words = words
        self.changes = changes
    }

    static let words = 1...2_000
    static let mostChanges = 40
}

extension ReviewRequest {
    /// The changes held against what was measured, in the order of exercise, repetitions, compensations. Throws `InvalidInput` with all that
    /// is wrong.
    func amendments(of result: MovementEvaluation.Result) throws -> [MovementEvaluation.Amendment] {
        var (faults, amendments): ([FieldFault], [MovementEvaluation.Amendment]) = ([], [])
        if let words, !Self.words.contains(words.unicodeScalars.count) {
            faults.append(FieldFault("/words", "too_long", Text(es: "Escriba 2000 letras como mucho.", en: "Write 2000 letters at most.")))
        }
        switch decision {
        case .certify where !changes.isEmpty:
            faults.append(
                FieldFault(
                    "/amendments", "not_expected",
                    Text(es: "Si cambia algo, certifique con cambios.", en: "Where you change something, certify with changes.")))
        case .amend where changes.isEmpty:
            faults.append(
                FieldFault(
                    "/amendments", "required",
                    Text(
                        es: "Cambie al menos una cosa, o certifique tal como está.",
                        en: "Change one thing at least, or certify it as it is.")))
        case .reject:
            if reason == nil {
                faults.append(FieldFault("/reason", "required", Text(es: "Elija por qué lo descarta.", en: "Choose why you reject it.")))
            }
            if words == nil {
                faults.append(
                    FieldFault(
                        "/words", "required",
                        Text(es: "Explique a la persona por qué, y qué hacer.", en: "Tell the person why, and what to do.")))
            }
            if !changes.isEmpty {
                faults.append(
                    FieldFault(
                        "/amendments", "not_expected",
                        Text(es: "Lo que se descarta no se cambia.", en: "What is rejected is not changed.")))
            }
        default: break
        }
        for (index, change) in changes.prefix(Self.mostChanges).enumerated() {
            switch change.checked(against: result, after: amendments) {
            case .success(let amendment): amendments.append(amendment)
            case .failure(let fault): faults.append(FieldFault("/amendments/\(index)", fault.code, fault.message))
            }
        }
        guard faults.isEmpty, changes.count <= Self.mostChanges else {
            throw InvalidInput(faults: faults.isEmpty ? [Self.tooMany] : faults)
        }
        let order = MovementEvaluation.Amendment.Subject.allCases
        return order.flatMap { what in amendments.filter { $0.what == what } }
    }

    private static let tooMany = FieldFault(
        "/amendments", "too_many", Text(es: "Son demasiados cambios.", en: "These are too many changes."))
}

/// Why a change cannot be.
private struct ChangeFault: Error {
    let code: String
    let message: Text
}

extension ReviewRequest.Change {
    fileprivate func checked(
        against result: MovementEvaluation.Result, after others: [MovementEvaluation.Amendment]
    ) -> Result<MovementEvaluation.Amendment, ChangeFault> {
        switch what {
        case .exercise:
            guard let to, Exercise(rawValue: to) != nil else {
                return .failure(
                    ChangeFault(code: "not_a_choice", message: Text(es: "Elija un ejercicio.", en: "Choose an exercise.")))
            }
            return single(result.exercise, to, others)
        case .repetitions:
            guard let to, let count = Int(to), (0...10_000).contains(count), String(count) == to else {
                return .failure(
                    ChangeFault(
                        code: "integer_expected",
                        message: Text(es: "Escriba cuántas repeticiones fueron, en cifras.", en: "Write how many repetitions there were.")))
            }
            return single(String(result.repetitions), to, others)
        case .fault: return fault(result, others)
        }
    }

    private func single(
        _ now: String?, _ to: String, _ others: [MovementEvaluation.Amendment]
    ) -> Result<MovementEvaluation.Amendment, ChangeFault> {
        guard from == nil || from == now, to != now, !others.contains(where: { $0.what == what }) else { return .failure(.changesNothing) }
        return .success(.init(what: what, from: now, to: to))
    }

    private func fault(
        _ result: MovementEvaluation.Result, _ others: [MovementEvaluation.Amendment]
    ) -> Result<MovementEvaluation.Amendment, ChangeFault> {
        let claimed = result.faults.map(\.key)
        let amendment = MovementEvaluation.Amendment(what: .fault, from: from, to: to)
        guard !others.contains(amendment) else { return .failure(.changesNothing) }
        switch (from, to) {
        case (let from?, nil) where claimed.contains(from): return .success(amendment)
        case (nil, let to?) where FaultKey(to) != nil && !claimed.contains(to): return .success(amendment)
        default: return .failure(.changesNothing)
        }
    }
}

extension ChangeFault {
    fileprivate static let changesNothing = ChangeFault(
        code: "changes_nothing",
        message: Text(
            es: "Esto no cambia nada de lo que se midió, o aparece dos veces.",
            en: "This changes nothing that was measured, or stands there twice."))
}

/// A compensation as amendments name it: `knee_valgus:l`, or its code alone.
struct FaultKey: Hashable {
    let code: FaultCode
    let side: BodySide?

    init(_ code: FaultCode, _ side: BodySide?) {
        self.code = code
        self.side = side
    }

    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let code = parts.first.flatMap({ FaultCode(rawValue: $0) }) else { return nil }
        self.code = code
        side = parts.count == 2 ? BodySide(rawValue: parts[1]) : nil
        if parts.count == 2, side == nil { return nil }
    }

    var title: Text {
        let name = code.name
        switch side {
        case .right?: return Text(es: "\(name.spanish), lado derecho", en: "\(name.english), right side")
        case .left?: return Text(es: "\(name.spanish), lado izquierdo", en: "\(name.english), left side")
        case nil: return name
        }
    }
}

extension MovementEvaluation.Fault {
    /// As amendments name it.
    package var key: String { side.map { "\(code):\($0)" } ?? code }

    /// As people read it.
    var title: Text { FaultKey(key)?.title ?? Text(verbatim: key) }
}
