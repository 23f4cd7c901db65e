import Base
import HTTPTypes
import Records
import Web

/// What each operation is, as a value.
extension RecordResource {
    /// nil where the kind has nothing for it.
    func route(_ operation: RecordOperation) -> Route? {
        switch operation {
        case .list: listing
        case .create: creating
        case .search: exactFields.isEmpty ? nil : searching
        case .read: reading
        case .replace: replacing
        case .patch: patching
        case .delete: deleting
        case .restore: restoring
        case .history: telling
        }
    }

    var exactFields: [String] { kind.fields.filter { $0.search == .exact }.map(\.name) }

    private func name(_ operation: RecordOperation) -> String { "\(kind.name).\(operation.rawValue)" }

    private func summary(_ es: String, _ en: String) -> Text {
        Text(es: "\(es): \(title(.spanish)).", en: "\(en): \(title(.english)).")
    }

    private var listing: Route {
        var parameters = [Call.limit.shape, Call.after.shape]
        if let sorting { parameters.append(sorting.shape) }
        if isAboutPeople { parameters.append(Self.subject.shape) }
        return Route(
            .get, place(), name(.list), summary("Lista por páginas", "List, page by page"), access: .signedIn, parameters: parameters,
            answers: [.ok(.json(kind.pageSchema))], refusals: [.invalid], handle: handling(list))
    }

    private var creating: Route {
        Route(
            .post, place(), name(.create), summary("Crear", "Create"), access: .signedIn,
            parameters: (kind.subject == .given ? [givenSubject.shape] : []) + [RepeatedRequests.key.shape],
            body: .json(kind.schema, mostBytes: kind.mostBytes),
            answers: [.created(.json(kind.recordSchema), fields: [ConditionFields.location, ConditionFields.tag])],
            refusals: isAboutPeople ? [.notFound] : [], repeating: .refusedWithoutKey, handle: handling(create))
    }

    private var searching: Route {
        Route(
            .post, place("/search"), name(.search), summary("Buscar por un valor completo", "Find by a whole value"), access: .signedIn,
            body: .json(
                .named(
                    kind.schemaName + "Search",
                    .object([.init("field", .choice(exactFields)), .init("value", .text(1...Self.mostValue))])), mostBytes: 16 << 10),
            answers: [.ok(.json(kind.pageSchema))], repeating: .another, handle: handling(search))
    }

    private var reading: Route {
        Route(
            .get, place("/{id}"), name(.read), summary("Leer", "Read"), access: .signedIn,
            parameters: [Self.id.shape, ConditionFields.ifNoneMatch],
            answers: [
                .ok(.json(kind.recordSchema), fields: [ConditionFields.tag]),
                AnswerShape(304, AnswerShape.unchanged.meaning, fields: [ConditionFields.tag]),
            ], refusals: [.gone], caching: .revalidated, handle: handling(read))
    }

    private var replacing: Route {
        Route(
            .put, place("/{id}"), name(.replace), summary("Poner otro contenido", "Put another body in its place"), access: .signedIn,
            parameters: [Self.id.shape, ConditionFields.ifMatch], body: .json(kind.schema, mostBytes: kind.mostBytes),
            answers: changed, refusals: Self.changing, handle: handling(replace))
    }

    private var patching: Route {
        Route(
            .patch, place("/{id}"), name(.patch), summary("Cambiar una parte (RFC 7396)", "Change a part of it (RFC 7396)"),
            access: .signedIn, parameters: [Self.id.shape, ConditionFields.ifMatch],
            body: .json(kind.patchSchema, mostBytes: kind.mostBytes, types: [MergePatch.mediaType]), answers: changed,
            refusals: Self.changing, handle: handling(patch))
    }

    private var deleting: Route {
        Route(
            .delete, place("/{id}"), name(.delete), summary("Borrar; se puede restaurar", "Delete; it can be restored"),
            access: .signedIn, parameters: [Self.id.shape, ConditionFields.ifMatch],
            answers: [AnswerShape(204, AnswerShape.done.meaning, fields: [ConditionFields.tag])], refusals: Self.changing,
            handle: handling(delete))
    }

    private var restoring: Route {
        Route(
            .post, place("/{id}/restore"), name(.restore), summary("Restaurar lo borrado", "Restore what was deleted"),
            access: .signedIn, parameters: [Self.id.shape, ConditionFields.ifMatch], answers: changed,
            refusals: [.conditionRequired, .stale, .conflict, .badRequest], repeating: .harmless, handle: handling(restore))
    }

    private var telling: Route {
        Route(
            .get, place("/{id}/history"), name(.history), summary("Todas sus versiones", "All its versions"), access: .signedIn,
            parameters: [Self.id.shape, Call.limit.shape, Call.after.shape], answers: [.ok(.json(kind.historySchema))],
            refusals: [.invalid], handle: handling(history))
    }

    private var changed: [AnswerShape] { [.ok(.json(kind.recordSchema), fields: [ConditionFields.tag])] }
    private static let changing: Set<Refusal> = [.conditionRequired, .stale, .gone, .conflict, .badRequest]
    static let mostValue = 1_000

    var isAboutPeople: Bool { kind.subject != .organisation }

    var givenSubject: Parameter<String> {
        let meaning = Text(es: "De quién es el registro nuevo.", en: "Whose the new record is.")
        let shape = ParameterShape("subject", in: .query, .id, isRequired: true, meaning)
        return Parameter(shape: shape) { ID<Call>($0)?.description }
    }

    /// nil where the kind is listed by time alone.
    var sorting: Parameter<String>? {
        guard !kind.indexes.isEmpty else { return nil }
        return .choice(
            "sort", in: .query, kind.indexes.map(\.field),
            Text(
                es: "Por qué campo se ordena; sin él, por el momento en que se creó.",
                en: "By which field it is ordered; by the moment of creation without it."))
    }
}
