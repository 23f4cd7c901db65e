import Access
import Base
import HTTPTypes
import Records
import Resources
import Runtime
import Store
import Web

/// The library over HTTP: exercises and what was thought of them as records, and files of them.
extension ExerciseLibraryFeature {
    package var routes: [Route] {
        exercises.routes + judgements.routes + [ExerciseFileRoutes.export(self), files.take, files.report]
    }

    private var exercises: RecordResource {
        RecordResource(store.kind, at: "/api/v1/exercises", Text(es: "ejercicio", en: "exercise"), host)
    }

    /// A review is never changed, so there is nothing to change it by.
    private var judgements: RecordResource {
        let reviews = reviews
        return RecordResource(
            ExerciseReview.kind.shape, at: "/api/v1/exercise-reviews", Text(es: "revisión de un ejercicio", en: "review of an exercise"),
            operations: [.list, .create, .read], host
        ) { body, _, standing in try await reviews.reviewing(body, by: standing) }
    }

    private var files: ExerciseFileRoutes { ExerciseFileRoutes(uploads: uploads, repeats: RepeatedRequests(host)) }
}

/// Exercises in files: docs/exercises.md.
struct ExerciseFileRoutes: Sendable {
    let uploads: ExerciseUploads
    let repeats: RepeatedRequests

    private static let path = "/api/v1/exercise-files"
    private static let id = Parameter.id("id", Text(es: "El identificador de la importación.", en: "The import's id."))
    private static let format = Parameter.choice(
        "format", in: .query, ExerciseFormat.allCases.map(\.rawValue),
        Text(es: "En qué forma; json si no se dice.", en: "In which form; json unless told otherwise."))
    private static let mode = Parameter.choice(
        "mode", in: .query, ExerciseImport.Mode.allCases.map(\.rawValue),
        Text(
            es: "Qué pasa si una fila tiene faltas: whole (nada se toma; lo usual) o rows (se toman las demás).",
            en: "What becomes of a file with faults: whole (nothing is taken; the usual) or rows (the others are)."))

    static func export(_ library: ExerciseLibraryFeature) -> Route {
        Route(
            .get, "/api/v1/exercise-files", "exercise_file.export",
            Text(es: "Todos los ejercicios en un archivo.", en: "All exercises in a file."), access: .signedIn,
            parameters: [format.shape], answers: [.ok(.json(fileSchema)), .ok(.other("text/csv"))], refusals: [.invalid],
            time: .seconds(30)
        ) { call in
            let format = try call.optional(format).flatMap(ExerciseFormat.init) ?? .json
            let exercises = try await library.store.all(by: try call.signedIn()).map(\.exercise)
            let type = format == .json ? "application/json" : "text/csv; charset=utf-8"
            return Reply(.ok, type: type, .bytes(try format.write(exercises)))
        }
    }

    /// What is taken in is imported by a job; `report` says what came of it.
    var take: Route {
        Route(
            .post, "/api/v1/exercise-files", "exercise_file.import",
            Text(es: "Importar un archivo de ejercicios.", en: "Import a file of exercises."),
            access: .permission(ExerciseLibraryFeature.write),
            parameters: [Self.mode.shape, RepeatedRequests.key.shape],
            body: .bytes(types: ["application/json", "text/csv"], mostBytes: ExerciseFormat.mostBytes),
            answers: [
                AnswerShape(
                    202, Text(es: "Recibido; se está importando.", en: "Taken in; it is being imported."),
                    .json(.named("ExerciseImport", .object([.init("id", .id)]))), fields: [ConditionFields.location])
            ], pace: .upload, repeating: .refusedWithoutKey, time: .seconds(30)
        ) { [uploads, repeats] call in
            let standing = try call.signedIn()
            let format: ExerciseFormat = call.fields[.contentType]?.lowercased().hasPrefix("text/csv") == true ? .csv : .json
            let mode = try call.optional(Self.mode).flatMap(ExerciseImport.Mode.init) ?? .whole
            return try await repeats.once(call, "exercise_file.import") { slot in
                let upload = try await uploads.upload(call.body, format, mode, by: standing)
                let kept = KeptAnswer(status: 202, location: "\(Self.path)/\(upload.id)", tag: "", references: JSON.Object([]))
                try await uploads.put(upload) { tx in try slot.keep(kept, tx) }
                return Self.taken(kept)
            } again: { kept in
                Self.taken(kept)
            }
        }
    }

    private static func taken(_ kept: KeptAnswer) -> Reply {
        Reply.json(.accepted) { json in
            json.object { $0.member("id", String(kept.location.dropFirst(path.count + 1))) }
        }.with(.location, kept.location)
    }

    var report: Route {
        Route(
            .get, "/api/v1/exercise-files/{id}", "exercise_file.report",
            Text(es: "Qué resultó de una importación.", en: "What came of an import."),
            access: .permission(ExerciseLibraryFeature.write), parameters: [Self.id.shape], answers: [.ok(.json(Self.reportSchema))]
        ) { [uploads] call in
            guard let id = ID<ExerciseUploads>(try call.value(Self.id)) else { throw Problem.nothingHere }
            let report = try await uploads.report(id, by: try call.signedIn())
            let language = call.language
            return .json { json in
                json.object { json in
                    json.member("is_done", report != nil)
                    guard let report else { return }
                    json.member("created", report.created)
                    json.member("updated", report.updated)
                    json.member("unchanged", report.unchanged)
                    json.member("refused", report.refused)
                    json.member(
                        "faults",
                        array: { json in
                            for fault in report.faults {
                                json.object { json in
                                    json.member("row", fault.row)
                                    json.member("place", fault.place)
                                    json.member("code", fault.code)
                                    json.member("detail", fault.message(language))
                                }
                            }
                        })
                }
            }
        }
    }

    private static let fileSchema = Schema.named(
        "ExerciseFile",
        .object([
            .init("format", .choice(["zancada-exercises"])), .init("version", .integer(1...1)),
            .init("exercises", .list(Exercise.kind.shape.schema, atMost: ExerciseStore.mostExercises)),
        ]))

    private static let reportSchema = Schema.named(
        "ExerciseImportReport",
        .object([
            .init("is_done", .bool), .init("created", .integer(0...100_000), isRequired: false),
            .init("updated", .integer(0...100_000), isRequired: false), .init("unchanged", .integer(0...100_000), isRequired: false),
            .init("refused", .integer(0...100_000), isRequired: false, "Rows that were not taken."),
            .init(
                "faults",
                .list(
                    .object([
                        .init("row", .integer(0...100_000), "From 1; 0 where it is the file."), .init("place", .text(0...2_000)),
                        .init("code", .text(1...100)), .init("detail", .text(1...1_000)),
                    ]), atMost: ExerciseReport.mostFaults), isRequired: false),
        ]))
}
