import Base

/// Why a request was refused, as a problem document (RFC 9457). No problem carries anything of a patient.
package struct Problem: Error, Sendable, Hashable {
    package let refusal: Refusal
    /// Stable, for programs: `version_moved`.
    package let code: String
    /// One sentence for the person, saying what to do.
    package let message: Text
    /// What is wrong with each field of what was sent.
    package let faults: [FieldFault]
    /// When asking again may help (`Retry-After`); rounded up to seconds.
    package let retryAfter: Duration?
    /// Header fields that go with it, such as `Allow`.
    package let fields: [Field]

    /// A header field, by its name as it is written.
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        _ refusal: Refusal, _ code: String, _ message: Text, faults: [FieldFault] = [], retryAfter: Duration? = nil, fields: [Field] = []
    ) {
        self.refusal = refusal
        self.code = code
        self.message = message
        self.faults = faults
        self.retryAfter = retryAfter
        self.fields = fields
    }
}

extension Problem {
    /// From whatever was thrown; nil for what is no problem of the asker's and nothing that we know, which is then a fault of ours.
    package init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let failure as Failure: self.init(failure)
        case let input as InvalidInput: self.init(.invalid, input.failure.code, input.failure.message, faults: input.faults)
        default: return nil
        }
    }

    package init(_ failure: Failure) {
        let refusal: Refusal =
            switch failure.kind {
            case .usage: .badRequest
            case .invalid: .invalid
            case .conflict: .conflict
            case .unauthenticated: .notSignedIn
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .unavailable, .overloaded, .cancelled, .outcomeUnknown: .overloaded
            case .deadlineExceeded: .outOfTime
            case .cannotCreate where Self.full.contains(failure.code), .inputOutput where Self.full.contains(failure.code): .fullDisk
            case .cannotCreate, .inputOutput, .fault: .fault
            }
        let retryAfter: Duration? = refusal == .overloaded ? .seconds(1) : nil
        // What went wrong inside is for the log, not for whoever asked; what is missing is said with the names of files and servers.
        switch (refusal, failure.kind) {
        case (.fullDisk, _): self.init(.fullDisk, "disk_full", Self.fullMessage)
        case (.fault, _): self.init(.fault, "fault", Self.faultMessage)
        case (_, .unavailable): self.init(refusal, failure.code, Self.unavailableMessage, retryAfter: retryAfter)
        default: self.init(refusal, failure.code, failure.message, retryAfter: retryAfter)
        }
    }

    /// Codes of failures that say that there is no room left; their messages name folders.
    private static let full: Set<String> = ["blob_store_full", "database_disk_full", "disk_full"]

    private static let fullMessage = Text(
        es: "No queda sitio en el servidor: lo ya guardado está a salvo. Avise a quien lo administra y vuelva a intentarlo más tarde.",
        en: "There is no room left on the server: what was saved is safe. Tell whoever runs it, and try again later.")

    private static let unavailableMessage = Text(
        es: "Algo que hace falta para esto no está disponible ahora: espere un momento y vuelva a intentarlo.",
        en: "Something that this needs is not available now: wait a moment and try again.")

    private static let faultMessage = Text(
        es:
            "Algo falló de nuestro lado y quedó anotado: vuelva a intentarlo, y si sigue igual, dé el número de esta solicitud a quien administra el sistema.",
        en:
            "Something failed on our side and was noted: try again, and if it stays so, give this request's number to whoever runs the system."
    )

    /// What whoever asked may know of a fault of ours.
    package static let fault = Problem(.fault, "fault", faultMessage)

    /// As JSON. `instance` is the id under which the log knows it.
    package func json(in language: Language, instance: String) -> [UInt8] {
        var writer = JSONWriter(reservingBytes: 256)
        writer.object { json in
            json.member("type", "about:blank#\(code)")
            json.member("title", message(language))
            json.member("status", refusal.status)
            json.member("code", code)
            json.member("instance", "urn:uuid:\(instance)")
            guard !faults.isEmpty else { return }
            json.key("errors")
            json.array { json in
                for fault in faults {
                    json.object { json in
                        json.member("pointer", fault.pointer)
                        json.member("code", fault.code)
                        json.member("detail", fault.message(language))
                    }
                }
            }
        }
        return writer.bytes
    }

    /// What a problem document looks like.
    package static let schema = Schema.named(
        "Problem",
        .object([
            .init("type", .format("uri-reference"), "Ends with the code."),
            .init("title", .text(1...1_000), "One sentence for the person."),
            .init("status", .integer(400...599)), .init("code", .text(1...100), "Stable, for programs."),
            .init("instance", .format("uri"), "The request's number."),
            .init(
                "errors",
                .list(
                    .object([
                        .init("pointer", .text(0...2_000), "JSON pointer."), .init("code", .text(1...100)),
                        .init("detail", .text(1...1_000)),
                    ]),
                    atMost: InvalidInput.mostFaults), isRequired: false),
        ]))
}
