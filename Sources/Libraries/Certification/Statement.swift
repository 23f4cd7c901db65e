import Base

/// What a clinician signs about one evaluation: what was measured, by what, what they changed in it and said of it, and who they are.
///
/// Its bytes are JSON of one form, members in the order below and no white space, so that a statement has one text and one SHA-256. Every
/// word that the reader is shown of it stands in it (docs/certificates.md).
package struct Statement: Sendable, Hashable {
    package static let format = "zancada evaluation statement 1"
    package static let mostBytes = 128 << 10
    package static let mostAmendments = 40
    package static let mostModels = 40

    /// 32 hexadecimal digits that nobody can guess: under which the certificate is found.
    package let number: String
    /// Where the certificate is found: `https://…/certificates/NUMBER`.
    package let address: String
    /// Whose journal tells of it: `zancada/` and the installation's id.
    package let installation: String
    package let organisation: String
    package let evaluation: String
    /// Of the evaluation's record: which one was looked at.
    package let version: Int
    /// Whom it is about.
    package let subject: String
    package let decision: Decision
    package let measured: Measured
    package let pages: Pages
    package let amendments: [Amendment]
    /// The clinician's own; nil where they said nothing.
    package let words: String?
    package let certifier: Certifier
    package let certifiedAt: Instant
    /// The address as a QR code; nil where none was drawn.
    package let code: Squares?

    /// What was decided.
    package enum Decision: String, Sendable, Hashable, CaseIterable {
        /// What was measured is right as it is.
        case certified
        /// It is right with the amendments.
        case amended
    }

    /// What was measured and by what, as SHA-256 in hexadecimal and names.
    package struct Measured: Sendable, Hashable {
        /// Of `observations.jsonl`: whoever has that file can measure again.
        package let observations: String
        /// Of `report.json`, without a certificate in it.
        package let report: String
        package let video: String
        /// `zancada 0.1.0`
        package let program: String
        package let method: String
        /// Of the networks and their runtime, by file name, sorted by it.
        package let models: [Model]

        package init(observations: String, report: String, video: String, program: String, method: String, models: [Model]) {
            self.observations = observations
            self.report = report
            self.video = video
            self.program = program
            self.method = method
            self.models = models.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
    }

    /// A file that was computed with, and its SHA-256.
    package struct Model: Sendable, Hashable {
        package let name: String
        package let digest: String

        package init(_ name: String, digest: String) {
            self.name = name
            self.digest = digest
        }
    }

    /// SHA-256 of the report's page in either language, without what stands between its marks (`CertifiedPage`).
    package struct Pages: Sendable, Hashable {
        package let spanish: String
        package let english: String

        package init(spanish: String, english: String) {
            self.spanish = spanish
            self.english = english
        }
    }

    /// One thing that was changed: as programs read it, and as people are told.
    package struct Amendment: Sendable, Hashable {
        package let what: String
        package let from: String?
        package let to: String?
        package let told: Text

        package init(what: String, from: String?, to: String?, told: Text) {
            self.what = what
            self.from = from
            self.to = to
            self.told = told
        }
    }

    /// Who signs.
    package struct Certifier: Sendable, Hashable {
        package let account: String
        /// As it was then.
        package let name: String
        /// Ed25519, 32 bytes (RFC 8032, section 5.1.5).
        package let publicKey: [UInt8]

        package init(account: String, name: String, publicKey: [UInt8]) {
            self.account = account
            self.name = name
            self.publicKey = publicKey
        }
    }

    package init(
        number: String, address: String, installation: String, organisation: String, evaluation: String, version: Int, subject: String,
        decision: Decision, measured: Measured, pages: Pages, amendments: [Amendment], words: String?, certifier: Certifier,
        certifiedAt: Instant, code: Squares?
    ) {
        self.number = number
        self.address = address
        self.installation = installation
        self.organisation = organisation
        self.evaluation = evaluation
        self.version = version
        self.subject = subject
        self.decision = decision
        self.measured = measured
        self.pages = pages
        self.amendments = amendments
        self.words = words
        self.certifier = certifier
        self.certifiedAt = certifiedAt
        self.code = code
    }

    /// What is signed, and whose SHA-256 the journal tells.
    package var bytes: [UInt8] {
        var json = JSONWriter(reservingBytes: 2_048)
        json.object(write)
        return json.bytes
    }

    /// Of the bytes, in hexadecimal.
    package var digest: String { Digest.of(bytes) }

    private func write(_ json: inout JSONWriter) {
        json.member("format", Self.format)
        json.member("number", number)
        json.member("address", address)
        json.member("installation", installation)
        json.member("organisation", organisation)
        json.member("evaluation", evaluation)
        json.member("version", version)
        json.member("subject", subject)
        json.member("decision", decision.rawValue)
        json.member("measured", object: measured.write)
        json.member(
            "pages",
            object: { json in
                json.member("es", pages.spanish)
                json.member("en", pages.english)
            })
        json.member("amendments", array: { json in for amendment in amendments { json.object(amendment.write) } })
        json.member("words", words)
        json.member(
            "certifier",
            object: { json in
                json.member("account", certifier.account)
                json.member("name", certifier.name)
                json.member("key", Hexadecimal.string(certifier.publicKey))
            })
        json.member("certified_at", certifiedAt)
        json.key("code")
        if let code { json.object(code.write) } else { json.null() }
    }
}

extension Statement.Measured {
    fileprivate func write(_ json: inout JSONWriter) {
        json.member("observations_sha256", observations)
        json.member("report_sha256", report)
        json.member("video_sha256", video)
        json.member("program", program)
        json.member("method", method)
        json.member("models", object: { json in for model in models { json.member(model.name, model.digest) } })
    }
}

extension Statement.Amendment {
    fileprivate func write(_ json: inout JSONWriter) {
        json.member("what", what)
        json.member("from", from)
        json.member("to", to)
        json.member("es", told.spanish)
        json.member("en", told.english)
    }
}

extension Squares {
    fileprivate func write(_ json: inout JSONWriter) {
        json.member("width", width)
        json.member("squares", Base64.string(packed))
    }
}

extension Digest {
    /// The SHA-256 of some bytes, in hexadecimal.
    package static func of(_ bytes: [UInt8]) -> String {
        var digest = Digest()
        digest.update(bytes)
        return digest.hexadecimal
    }
}
