/// The ways in which a request is refused, each a status of HTTP (RFC 9110, 6585). What went wrong in particular is the problem's code.
package enum Refusal: Int, Sendable, Hashable, CaseIterable, Comparable {
    case badRequest = 400
    case notSignedIn = 401
    case forbidden = 403
    case notFound = 404
    case wrongMethod = 405
    case notAcceptable = 406
    /// The request itself took too long to arrive.
    case tooSlow = 408
    case conflict = 409
    case gone = 410
    case lengthRequired = 411
    /// What `If-Match` demands is not so any more.
    case stale = 412
    case tooLarge = 413
    case targetTooLong = 414
    case wrongType = 415
    case unsatisfiableRange = 416
    case expectationFailed = 417
    case misdirected = 421
    /// Understood, and not to be used: field errors.
    case invalid = 422
    case upgradeRequired = 426
    /// `If-Match` is missing.
    case conditionRequired = 428
    case tooMany = 429
    case fieldsTooLarge = 431
    case fault = 500
    case notImplemented = 501
    /// Something is missing here and now, or more is asked than the bounds allow: `Retry-After`.
    case overloaded = 503
    case outOfTime = 504
    case unsupportedVersion = 505
    case fullDisk = 507

    package var status: Int { rawValue }

    package static func < (one: Refusal, other: Refusal) -> Bool { one.rawValue < other.rawValue }
}
