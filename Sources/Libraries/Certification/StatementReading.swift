import Base

extension Statement {
    /// Reads one, strictly: bytes that are not those of `bytes` again are refused. Nothing is believed yet.
    ///
    /// Throws `Failure(.invalid, "statement_malformed")`.
    package init(_ bytes: [UInt8]) throws(Failure) {
        guard bytes.count <= Self.mostBytes, let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostBytes, depth: 4)),
            let statement = Self.read(json), statement.bytes == bytes
        else { throw Failure.statementMalformed }
        self = statement
    }

    private static func read(_ json: JSON) -> Statement? {
        guard json["format"]?.string == format, let number = json["number"]?.digits(16), let address = json["address"]?.text(500),
            let installation = json["installation"]?.text(256), let organisation = json["organisation"]?.text(64),
            let evaluation = json["evaluation"]?.text(64), let version = json["version"]?.integer, version > 0,
            let subject = json["subject"]?.text(64), let decision = json["decision"]?.string.flatMap({ Decision(rawValue: $0) }),
            let measured = json["measured"].flatMap(Measured.read), let pages = json["pages"].flatMap(Pages.read),
            let amendments = json["amendments"]?.list(atMost: mostAmendments, Amendment.read),
            let words = json["words"]?.optional({ $0.text(10_000) }), let certifier = json["certifier"].flatMap(Certifier.read),
            let certifiedAt = json["certified_at"]?.string.flatMap({ Instant($0) }), let code = json["code"]?.optional(Squares.read)
        else { return nil }
        return Statement(
            number: number, address: address, installation: installation, organisation: organisation, evaluation: evaluation,
            version: version, subject: subject, decision: decision, measured: measured, pages: pages, amendments: amendments,
            words: words.value, certifier: certifier, certifiedAt: certifiedAt, code: code.value)
    }
}

extension Statement.Measured {
    fileprivate static func read(_ json: JSON) -> Self? {
        guard let observations = json["observations_sha256"]?.digits(32), let report = json["report_sha256"]?.digits(32),
            let video = json["video_sha256"]?.text(64), let program = json["program"]?.text(200), let method = json["method"]?.text(40),
            let members = json["models"]?.object?.members, members.count <= Statement.mostModels
        else { return nil }
        let models = members.compactMap { member in member.value.text(64).map { Statement.Model(member.name, digest: $0) } }
        guard models.count == members.count else { return nil }
        return Self(observations: observations, report: report, video: video, program: program, method: method, models: models)
    }
}

extension Statement.Pages {
    fileprivate static func read(_ json: JSON) -> Self? {
        guard let spanish = json["es"]?.digits(32), let english = json["en"]?.digits(32) else { return nil }
        return Self(spanish: spanish, english: english)
    }
}

extension Statement.Amendment {
    fileprivate static func read(_ json: JSON) -> Self? {
        guard let what = json["what"]?.text(40), let from = json["from"]?.optional({ $0.text(200) }),
            let to = json["to"]?.optional({ $0.text(200) }), let spanish = json["es"]?.text(1_000), let english = json["en"]?.text(1_000)
        else { return nil }
        return Self(what: what, from: from.value, to: to.value, told: Text(es: spanish, en: english))
    }
}

extension Statement.Certifier {
    fileprivate static func read(_ json: JSON) -> Self? {
        guard let account = json["account"]?.text(64), let name = json["name"]?.text(1_000),
            let key = json["key"]?.digits(32).flatMap({ Hexadecimal.read($0.utf8) })
        else { return nil }
        return Self(account: account, name: name, publicKey: key)
    }
}

extension Squares {
    fileprivate static func read(_ json: JSON) -> Self? {
        guard let width = json["width"]?.integer, let packed = json["squares"]?.text(6_000).flatMap({ Base64.read($0.utf8) }) else {
            return nil
        }
        return Self(width: width, packed: packed)
    }
}

/// A member that is there and may be null.
private struct Perhaps<Value> {
    let value: Value?
}

extension JSON {
    fileprivate func text(_ mostBytes: Int) -> String? { string.flatMap { $0.utf8.count <= mostBytes ? $0 : nil } }

    /// So many bytes in hexadecimal digits.
    fileprivate func digits(_ bytes: Int) -> String? { string.flatMap { Hexadecimal.read($0.utf8)?.count == bytes ? $0 : nil } }

    /// nil where it is neither null nor what is read.
    fileprivate func optional<Value>(_ read: (JSON) -> Value?) -> Perhaps<Value>? {
        isNull ? Perhaps(value: nil) : read(self).map { Perhaps(value: $0) }
    }

    fileprivate func list<Value>(atMost most: Int, _ read: (JSON) -> Value?) -> [Value]? {
        guard let array, array.count <= most else { return nil }
        let values = array.compactMap(read)
        return values.count == array.count ? values : nil
    }
}

extension Failure {
    static let statementMalformed = Failure(
        .invalid, "statement_malformed",
        Text(
            es: "Lo firmado no es una declaración sobre una evaluación, o está alterado: pida el archivo de nuevo.",
            en: "What was signed is no statement about an evaluation, or was altered: ask for the file again."))
}
