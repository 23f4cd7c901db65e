import Base

/// `report.json` with a certificate as its last member. Taken out again, the report has the bytes that the statement digests.
package enum CertifiedReport {
    package static let mostBytes = 32 << 20

    private static let member = Array(",\n  \"certificate\": ".utf8)
    private static let end = Array("\n}\n".utf8)

    /// Throws `Failure(.invalid, "report_malformed")` where the bytes do not end as a report does.
    package static func certified(_ report: [UInt8], by certificate: Certificate) throws(Failure) -> [UInt8] {
        guard report.suffix(end.count).elementsEqual(end) else { throw Failure.reportMalformed }
        return report.dropLast(end.count) + member + certificate.bytes + end
    }

    /// The report and its certificate; nil where it has none. Throws as `Certificate.init`.
    package static func parts(_ file: [UInt8]) throws(Failure) -> (report: [UInt8], certificate: Certificate)? {
        // The certificate is one line: behind the last but two newlines.
        guard file.count <= mostBytes, file.suffix(end.count).elementsEqual(end) else { return nil }
        let body = file.dropLast(end.count)
        guard let newline = body.lastIndex(of: UInt8(ascii: "\n")), newline > 0 else { return nil }
        let line = body[(newline - 1)...]
        guard line.starts(with: member) else { return nil }
        let certificate = try Certificate(Array(line.dropFirst(member.count)))
        return (Array(body[..<(newline - 1)]) + end, certificate)
    }

    /// Whether these are the bytes that were certified.
    package static func finding(_ report: [UInt8], _ certificate: Certificate) -> Finding {
        guard Digest.of(report) == certificate.statement.measured.report else {
            return Finding(
                .wrong, "report",
                Text(
                    es: "El informe no es el que se certificó: fue alterado.",
                    en: "The report is not the one that was certified: it was altered."))
        }
        return Finding(
            .shown, "report",
            Text(es: "El informe es el que se certificó, byte por byte.", en: "The report is the one that was certified, byte for byte."))
    }
}

extension Failure {
    static let reportMalformed = Failure(
        .invalid, "report_malformed",
        Text(es: "Esto no es un informe de una medición.", en: "This is no report of a measurement."))
}
