import Base

/// What an operator may decide about evaluations.
package enum EvaluationSettings {
    package static let mostMegabytes = ConfigKey(
        "evaluation.most_megabytes", .integer(1...512), default: 128,
        Text(
            es: "El mayor tamaño de un video, en MiB; mientras se mide está entero en la memoria.",
            en: "The largest video, in MiB; while it is measured all of it is in memory."))

    package static let uploadHours = ConfigKey(
        "evaluation.upload_hours", .integer(1...168), default: 24,
        Text(
            es: "Tras cuántas horas sin terminarse se descarta un video a medio subir.",
            en: "After how many hours a video that was sent in part is dropped."))

    static let declared = [mostMegabytes.declaration, uploadHours.declaration]
}
