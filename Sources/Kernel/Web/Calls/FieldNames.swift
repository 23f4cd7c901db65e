import HTTPTypes

extension HTTPField.Name {
    /// A name that the program knows; anything else than a token of RFC 9110 is a programmer's error.
    package static func known(_ text: StaticString) -> HTTPField.Name {
        guard let name = HTTPField.Name(text.description) else { preconditionFailure("not the name of a header field: \(text)") }
        return name
    }

    /// The number under which log and problem documents know a request.
    package static let requestID = known("X-Request-ID")
    /// By which a request that creates is known when it comes again.
    package static let idempotencyKey = known("Idempotency-Key")
}
