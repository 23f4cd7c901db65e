import Access
import Base
import Records
import Runtime
import Store
import Web

/// From a video that arrives in parts to what was measured in it: captures, their evaluation by a job, and what is kept.
///
/// docs/evaluation.md says how it behaves.
package struct EvaluationFeature: Feature {
    package let store: EvaluationStore
    let host: FeatureHost
    let ports: EvaluationPorts
    package let reviewing: Reviewing
    let evaluating: Evaluating

    package init(_ host: FeatureHost, _ ports: EvaluationPorts) {
        self.host = host
        self.ports = ports
        store = EvaluationStore(host, ports.videos)
        evaluating = Evaluating(store, ports.observer)
        reviewing = Reviewing(store, ports)
    }

    package static let evaluate: Permission = "evaluation.work"
    /// To what people agree who are measured.
    package static let consent: ConsentPurpose = "evaluation"
    /// To what they agree whose videos are kept.
    package static let keeping: ConsentPurpose = "keep_video"

    /// To film oneself, and look at what came of it.
    package static let beMeasured: Permission = "evaluation.be_measured"
    /// To look after people's evaluations: their worklist and their file.
    package static let look: Permission = "evaluation.look"
    /// To see how an organisation does, in numbers without names.
    package static let oversee: Permission = "evaluation.oversee"
    /// To say of what was measured that it is right.
    package static let certify: Permission = "evaluation.certify"

    /// The feature itself at work.
    static let role = Role(
        "evaluation_worker", Text(es: "evaluación (el programa)", en: "evaluation (the program)"), permissions: [evaluate])

    package static let manifest = Manifest(
        "evaluation", Text(es: "Evaluación", en: "Evaluation"),
        purpose: Text(
            es: "Recibe videos de ejercicios, los mide y guarda lo medido, sin guardar las imágenes.",
            en: "Takes videos of exercises, measures them, and keeps what was measured without the pictures."),
        paths: ["/evaluations", "/worklist", "/patients", "/clinic", "/certificates"],
        permissions: [
            PermissionShape(evaluate, Text(es: "anotar lo que midió el programa", en: "write down what the program measured"), to: []),
            PermissionShape(
                beMeasured, Text(es: "grabarse y ver su movimiento", en: "film oneself and see one's movement"), to: ["patient"]),
            PermissionShape(
                look,
                Text(es: "seguir las evaluaciones de las personas a su cargo", en: "follow the evaluations of the people in one's care"),
                to: ["coach", "therapist"]),
            PermissionShape(
                oversee, Text(es: "ver en números cómo va la organización", en: "see in numbers how the organisation does"),
                to: ["organisation_admin", "therapist", "coach"]),
            PermissionShape(
                certify, Text(es: "certificar lo que midió el programa", en: "certify what the program measured"),
                to: ["coach", "therapist"]),
        ],
        roles: [role], kinds: [MovementEvaluation.kind.shape],
        tables: [VideoParts.table, EvaluationFiles.table, CertificateRows.table, CertificateRows.places, CertifierKeys.table],
        migrations: [
            Migration(1, "evaluations") { RecordTable(MovementEvaluation.kind.shape).creation($0) },
            Migration(2, "parts of videos") { VideoParts.creation($0) },
            Migration(3, "what was measured") { EvaluationFiles.creation($0) },
            Migration(4, "certificates") { CertifierKeys.creation($0) + CertificateRows.creation($0) },
        ],
        events: [
            EvaluationEvents.measured.shape, EvaluationEvents.refused.shape, EvaluationEvents.certified.shape,
            EvaluationEvents.rejected.shape,
        ], settings: EvaluationSettings.declared,
        ports: EvaluationPorts.shapes, destinations: EvaluationPages.destinations)

    package var jobs: [JobHandler] { EvaluationJobs(self, evaluating).handlers }
    package var schedules: [Schedule] { EvaluationJobs(self, evaluating).schedules }
    package var routes: [Route] { EvaluationRoutes(self).all + ReviewRoutes(self).all + EvaluationPages(self).all }
}
