import Access
import Base
import Keys
import Movement
import MovementReport
import Records
import Runtime
import Store
import Synchronization

/// Measures one video: from its sealed parts by way of the observer to what is kept. Begun again after a crash it does the same again, and
/// takes effect once.
struct Evaluating: Sendable {
    private let store: EvaluationStore
    private let observer: VideoObserver
    /// Measuring takes a core for a second or two.
    private let line = WorkLine(threads: WorkLine.cores, mostWaiting: 1_000, busy: .evaluationsWait)

    init(_ store: EvaluationStore, _ observer: VideoObserver) {
        self.store = store
        self.observer = observer
    }

    private var host: FeatureHost { store.host }
    private typealias Steps = EvaluationStore.Progress.Step

    func run(_ order: EvaluationOrder, _ run: JobRun) async throws -> JobEnd {
        guard let tenant = run.tenant else { return .done }
        let entry: EvaluationStore.Entry
        do {
            entry = try await store.entry(order.evaluation, by: try store.working(for: nil, in: tenant))
        } catch let failure as Failure where failure.kind == .notFound {
            // Erased, or deleted: there is nobody to measure.
            return .done
        }
        guard entry.evaluation.state == .waiting else { return .done }
        let place = EvaluationPlace(id: entry.id, tenant: tenant, person: entry.person)
        do {
            let observed = try await observe(entry.evaluation, place, run.report)
            run.report(Steps.measuring.start, Steps.measuring.title)
            let made = try await measure(observed)
            try await store.files.put(made.files, of: place)
            return try await end(entry, made, in: tenant)
        } catch let failure as Failure where failure.kind == .invalid {
            return try await refuse(entry, .refused, failure, in: tenant)
        } catch let failure as Failure where run.attempt >= run.mostTries && failure.kind != .cancelled {
            return try await refuse(entry, .failed, failure, in: tenant)
        }
    }

    private func observe(
        _ evaluation: MovementEvaluation, _ place: EvaluationPlace, _ report: @escaping @Sendable (Double, Text) -> Void
    ) async throws -> [UInt8] {
        guard let keys = try await host.keyring.keys(of: place.person.text, in: place.tenant.text) else { throw Failure.partLost }
        let digests = try await store.parts.digests(of: place)
        let count = VideoParts.count(of: evaluation.bytes)
        let next = Mutex(0)
        report(Steps.reading.start, Steps.reading.title)
        let look = VideoObserver.Look(
            length: evaluation.bytes, request: evaluation.request,
            gravity: evaluation.gravity.flatMap { $0.count == 3 ? SIMD3($0[0], $0[1], $0[2]) : nil },
            focalLengthOverLongSide: evaluation.focalLengthOverLongSide)
        let parts: VideoObserver.Parts = { [store] in
            let number = next.withLock { next in
                defer { next += 1 }
                return next
            }
            guard number < count else { return nil }
            guard let digest = digests[number] else { throw Failure.partLost }
            report(Steps.finding.start * Double(number) / Double(count), Steps.reading.title)
            return try await store.parts.bytes(number, digest, of: place, keys)
        }
        return try await observer.observe(look, parts) { fraction in
            report(Steps.finding.start + (Steps.measuring.start - Steps.finding.start) * (fraction ?? 0), Steps.finding.title)
        }
    }

    /// What is kept of one measurement.
    struct Made: Sendable {
        let result: MovementEvaluation.Result?
        let refused: CaptureQuality.Remark?
        let videoDigest: String
        let files: [(name: EvaluationFiles.Name, bytes: [UInt8])]
    }

    private func measure(_ observed: [UInt8]) async throws -> Made {
        let (program, version) = observer.program
        return try await line.run { () throws(Failure) in try Self.measured(observed, by: program, version) }
    }

    /// What another measurement is compared with, measured anew; nil where nothing can be compared.
    func comparable(_ observed: [UInt8]) async throws -> ComparableMeasurement? {
        try await line.run { () throws(Failure) in
            let observations: Observations
            do { observations = try ObservationsReader.read(observed) } catch { throw .observationsUnreadable }
            return ComparableMeasurement(try Measurement.measure(observations))
        }
    }

    /// A pure function of the observations, as `zancada measure` is.
    static func measured(_ observed: [UInt8], by program: String, _ version: String) throws(Failure) -> Made {
        let observations: Observations
        do { observations = try ObservationsReader.read(observed) } catch { throw .observationsUnreadable }
        let report = try Report(measuring: observations, sha256: Digest(of: observed).hexadecimal, program: program, version: version)
        let (measurement, json) = (report.measurement, report.json())
        var files: [(name: EvaluationFiles.Name, bytes: [UInt8])] = [
            (.observations, observed), (.report, json), (.angles, report.anglesCSV()), (.spanishPage, report.speaking(.spanish).page()),
            (.englishPage, report.speaking(.english).page()),
        ]
        if let comparable = ComparableMeasurement(measurement) { files.append((.comparable, comparable.json())) }
        if let motion = measurement.motion, measurement.capture.refused == nil { files.append((.motion, ReportFile.trc(of: motion))) }
        let result =
            measurement.capture.refused == nil
            ? MovementEvaluation.Result(
                measurement, observations: report.provenance.observationsSHA256, report: Digest(of: json).hexadecimal,
                program: "\(program) \(version)")
            : nil
        return Made(
            result: result, refused: measurement.capture.refused, videoDigest: observations.capture.videoSHA256, files: files)
    }

    private func end(_ entry: EvaluationStore.Entry, _ made: Made, in tenant: Identifier) async throws -> JobEnd {
        let agreed = try await host.database.within(organisation: tenant.text).read { tx in
            try ConsentTable.purposes(of: [entry.person], in: tenant, tx)
        }
        var evaluation = entry.evaluation
        evaluation.videoDigest = made.videoDigest
        evaluation.measuredAt = host.world.now()
        evaluation.result = made.result
        evaluation.refusal = made.refused.map { .init($0.code, $0.message) }
        evaluation.state = made.refused == nil ? .preAssessment : .refused
        evaluation.isVideoKept = agreed[entry.person]?.contains(EvaluationFeature.keeping) == true
        return try await ending(entry, evaluation, in: tenant)
    }

    private func refuse(
        _ entry: EvaluationStore.Entry, _ state: MovementEvaluation.State, _ failure: Failure, in tenant: Identifier
    ) async throws -> JobEnd {
        var evaluation = entry.evaluation
        evaluation.state = state
        evaluation.refusal = .init(failure.code, failure.message)
        return try await ending(entry, evaluation, in: tenant)
    }

    /// The record's next version, what is told of it, and the order to remove the video, with the end of the job.
    private func ending(_ entry: EvaluationStore.Entry, _ evaluation: MovementEvaluation, in tenant: Identifier) async throws -> JobEnd {
        let write = try await store.revision(evaluation, instead: entry, for: nil, in: tenant)
        let standing = try store.working(for: nil, in: tenant)
        let told =
            if let refusal = evaluation.refusal {
                try await EvaluationEvents.refused.entry(
                    .init(code: refusal.code), of: entry.id, version: write.record.version, about: entry.person, by: standing, host)
            } else {
                try await EvaluationEvents.measured.entry(
                    .init(exercise: evaluation.result?.exercise), of: entry.id, version: write.record.version, about: entry.person,
                    by: standing, host)
            }
        let clearing =
            evaluation.isVideoKept
            ? nil
            : try EvaluationJobs.clearing.request(EvaluationOrder(evaluation: entry.id, person: entry.person.text), in: tenant, host.world)
        return .writing { tx in
            try write.put(tx)
            try JournalWriter.append(told, tx)
            guard let clearing else { return }
            try VideoParts.forget(entry.id, in: tenant, tx)
            try clearing.enqueue(tx)
        }
    }
}

extension MovementEvaluation {
    /// As it is measured by.
    var request: MeasureRequest {
        MeasureRequest(
            exercise: Exercise(rawValue: asked), heightMetres: heightCentimetres.map { $0 / 100 },
            language: Language(rawValue: language) ?? .spanish)
    }
}

extension MovementEvaluation.Refused {
    init(_ code: String, _ message: Text) {
        self.init(code: code, spanish: message.spanish, english: message.english)
    }
}

extension MovementEvaluation.Result {
    init(_ measurement: Measurement, observations: String, report: String, program: String) {
        self.init(
            exercise: measurement.recognition.exercise?.rawValue, confidence: measurement.recognition.confidence,
            repetitions: measurement.repetitions.count,
            angles: JointAngle.allCases.compactMap { angle in
                measurement.extent(of: angle).map {
                    .init(angle: angle.column, least: $0.least, greatest: $0.greatest, uncertainty: $0.uncertainty)
                }
            }, faults: measurement.faults.compactMap { MovementEvaluation.Fault($0) },
            score: measurement.score.map { .init(points: $0.points, low: $0.low, high: $0.high) },
            warnings: measurement.capture.warnings.map(\.code), view: measurement.capture.view?.rawValue,
            observationsDigest: observations, reportDigest: report, program: program, method: Measurement.methodVersion)
    }
}

extension MovementEvaluation.Fault {
    /// nil where nothing is claimed.
    init?(_ verdict: FaultVerdict) {
        guard let fault = verdict.found, let first = fault.occurrences.first else { return nil }
        self.init(
            code: fault.code.rawValue, side: fault.side?.rawValue, amount: fault.amount.value,
            uncertainty: fault.amount.standardUncertainty, unit: verdict.rule.unit.rawValue, severity: fault.severity.rawValue,
            moment: max(0, first.momentSeconds), times: fault.occurrences.count)
    }
}

extension Failure {
    fileprivate static let evaluationsWait = Failure(
        .overloaded, "evaluations_wait",
        Text(
            es: "Hay demasiadas evaluaciones en espera: esta sigue en la cola.",
            en: "Too many evaluations wait: this one stays in the queue."))

    fileprivate static let observationsUnreadable = Failure(
        .fault, "observations_unreadable",
        Text(
            es: "No se entiende lo que el programa vio en el video. Es un fallo del programa: avise a quien lo administra.",
            en: "What the program saw in the video cannot be understood. It is a fault of the program: tell whoever runs it."))
}
