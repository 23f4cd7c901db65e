import Base
import Markup

/// A report's page in which two places are marked: where it says what standing it has, and where it says how to read that. What stands
/// outside of the marks is digested in the statement; what stands between them follows from the certificate alone, so that nobody can
/// alter a letter of it.
package struct CertifiedPage: Sendable, Hashable {
    package static let mostBytes = 32 << 20

    /// Before, between and behind the two places, with their marks.
    private let outside: [[UInt8]]
    private let standing: [UInt8]
    private let reading: [UInt8]

    private static let marks = ["standing", "reading"].map { name in
        (Array("<!--zancada:\(name)-->".utf8), Array("<!--/zancada:\(name)-->".utf8))
    }

    /// Takes a page apart. Throws `Failure(.invalid, "page_without_marks")` where it is no report's, or an older one.
    package init(_ page: [UInt8]) throws(Failure) {
        guard page.count <= Self.mostBytes else { throw Failure.pageWithoutMarks }
        var (outside, inside): ([[UInt8]], [[UInt8]]) = ([], [])
        var rest = 0
        for (opening, closing) in Self.marks {
            guard let start = page.place(of: opening, from: rest), let end = page.place(of: closing, from: start + opening.count) else {
                throw Failure.pageWithoutMarks
            }
            outside.append(Array(page[rest..<start + opening.count]))
            inside.append(Array(page[start + opening.count..<end]))
            rest = end
        }
        outside.append(Array(page[rest...]))
        self.outside = outside
        (standing, reading) = (inside[0], inside[1])
    }

    /// SHA-256, in hexadecimal, of the page with nothing between its marks.
    package var digest: String { Digest.of(outside.flatMap(\.self)) }

    private func with(_ standing: HTML, _ reading: HTML) -> [UInt8] {
        outside[0] + standing.bytes + outside[1] + reading.bytes + outside[2]
    }

    /// The page as it is handed out with a certificate.
    package func certified(by certificate: Certificate, _ language: Language) -> [UInt8] {
        let block = CertificateBlock(certificate, language)
        return with(block.standing, block.reading)
    }

    /// The page of what a clinician rejected.
    package func rejected(_ rejection: Rejection, _ language: Language) -> [UInt8] {
        with(rejection.standing(language), rejection.reading(language))
    }

    /// The certificate that the page brings along; nil where it brings none. Throws as `Certificate.init` where it brings a damaged one.
    package func certificate() throws(Failure) -> Certificate? {
        let (opening, closing) = (Array(CertificateBlock.opening.utf8), Array(CertificateBlock.closing.utf8))
        guard let start = standing.place(of: opening, from: 0) else { return nil }
        guard let end = standing.place(of: closing, from: start + opening.count),
            let bytes = Base64.read(standing[start + opening.count..<end])
        else { throw Failure.certificateMalformed }
        return try Certificate(bytes)
    }

    /// What of the page itself is shown: that it is the one of the statement, and that what it says of the certificate is so.
    package func findings(_ certificate: Certificate) -> [Finding] {
        let (pages, digest) = (certificate.statement.pages, digest)
        guard let language = digest == pages.spanish ? Language.spanish : digest == pages.english ? .english : nil else {
            return [
                Finding(
                    .wrong, "page",
                    Text(
                        es: "El informe no es el que se certificó: algo de la página fue alterado.",
                        en: "The report is not the one that was certified: something on the page was altered."))
            ]
        }
        let block = CertificateBlock(certificate, language)
        guard block.standing.bytes == standing, block.reading.bytes == reading else {
            return [
                Finding(
                    .wrong, "page",
                    Text(
                        es: "Lo que la página dice de la certificación no es lo que se firmó: fue alterado.",
                        en: "What the page says about the certification is not what was signed: it was altered."))
            ]
        }
        return [
            Finding(
                .shown, "page",
                Text(
                    es: "La página es la que se certificó, letra por letra.", en: "The page is the one that was certified, to the letter."))
        ]
    }
}

extension [UInt8] {
    /// Where `piece`, which begins with `<`, stands first from a place on; nil where it does not.
    fileprivate func place(of piece: [UInt8], from start: Int) -> Int? {
        var at = start
        while at + piece.count <= count {
            if self[at] == piece[0], self[at + 1] == piece[1], self[at..<at + piece.count].elementsEqual(piece) { return at }
            at += 1
        }
        return nil
    }
}

extension Failure {
    package static let pageWithoutMarks = Failure(
        .invalid, "page_without_marks",
        Text(
            es: "La página no es un informe que se pueda certificar: la hizo una versión anterior del programa, o no es un informe.",
            en: "The page is no report that can be certified: an earlier version of the program made it, or it is no report."))
}
