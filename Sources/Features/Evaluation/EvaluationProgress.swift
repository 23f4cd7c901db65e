import Access
import Base
import Runtime
import Store

extension EvaluationStore {
    /// How far the measuring of a video is.
    package struct Progress: Sendable, Hashable {
        package let step: Step
        /// nil while it waits for its turn.
        package let fraction: Double?
        package let doing: Text
        /// A guess; nil where nothing can be said yet.
        package let secondsLeft: Int?

        /// What is done one after the other.
        package enum Step: String, Sendable, CaseIterable {
            case waiting, reading, finding, measuring

            /// From which fraction on; `Evaluating` reports it.
            var start: Double {
                switch self {
                case .waiting, .reading: 0
                case .finding: 0.05
                case .measuring: 0.9
                }
            }

            /// As pages and programs are told.
            var title: Text {
                switch self {
                case .waiting: Text(es: "En espera de su turno", en: "Waiting for its turn")
                case .reading: Text(es: "Leyendo el video", en: "Reading the video")
                case .finding: Text(es: "Buscando a la persona", en: "Finding the person")
                case .measuring: Text(es: "Midiendo", en: "Measuring")
                }
            }
        }

        /// The members of an object.
        func write(to json: inout JSONWriter, _ language: Language) {
            json.member("step", step.rawValue)
            json.member("fraction", fraction, decimals: 3)
            json.member("doing", doing(language))
            json.member("seconds_left", secondsLeft)
        }
    }

    /// nil where nothing is being measured.
    package func progress(of entry: Entry) async throws -> Progress? {
        guard entry.evaluation.state == .waiting else { return nil }
        return try await measuring(entry)
    }

    /// How far the job of an evaluation is that waits or is being measured.
    func measuring(_ entry: Entry) async throws -> Progress {
        let queue = JobQueue(host.database, host.world)
        guard let job = try await queue.status(of: EvaluationJobs.measuring.shape, key: entry.id, in: try Identifier(entry.tenant)),
            job.state == .running, let fraction = job.progress, let doing = job.doing
        else { return Progress(step: .waiting, fraction: nil, doing: Progress.Step.waiting.title, secondsLeft: nil) }
        let gone = job.startedAt.map { Double((host.world.now() - $0).components.seconds) } ?? 0
        // From a tenth on what it took says something of what it will take.
        let left = fraction > 0.1 ? Int((gone * (1 - fraction) / fraction).rounded(.up)) : nil
        let step: Progress.Step =
            fraction >= Progress.Step.measuring.start ? .measuring : fraction >= Progress.Step.finding.start ? .finding : .reading
        return Progress(step: step, fraction: fraction, doing: doing, secondsLeft: left.map { min(max($0, 0), 86_400) })
    }

    /// The state of an evaluation that was read already: nothing is opened, and the journal is not told again. nil where it is gone.
    func state(of entry: Entry) async throws -> MovementEvaluation.State? {
        let word: String? = try await host.database.within(organisation: entry.tenant).first(
            "SELECT f_state FROM record_evaluation WHERE id = \(entry.id) AND tenant = \(entry.tenant) AND deleted_at IS NULL"
        ) { try $0["f_state"] }
        return word.flatMap { MovementEvaluation.State(rawValue: $0) }
    }
}
