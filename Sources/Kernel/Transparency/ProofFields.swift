import Base

/// Reads the members of a proof file, strictly: what is missing, unknown, of another type or too long is refused, with the
/// place as a JSON pointer (RFC 6901).
struct ProofFields {
    static let mostTextBytes = 1_024

    private let object: JSON.Object
    private let pointer: String

    /// `names` are all that may stand there.
    init(_ json: JSON?, at pointer: String, names: Set<String>) throws(Failure) {
        guard let object = json?.object else { throw Failure.proofFileMalformed(pointer) }
        for member in object.members where !names.contains(member.name) {
            throw Failure.proofFileMalformed(pointer + "/" + LogMask.masked(String(member.name.prefix(64))))
        }
        self.object = object
        self.pointer = pointer
    }

    func fields(_ name: String, names: Set<String>) throws(Failure) -> ProofFields {
        try ProofFields(object[name], at: place(name), names: names)
    }

    func text(_ name: String, mostBytes: Int = mostTextBytes) throws(Failure) -> String {
        guard let text = object[name]?.string, text.utf8.count <= mostBytes else { throw malformed(name) }
        return text
    }

    /// nil where it is null or not there.
    func optionalText(_ name: String) throws(Failure) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        return try text(name)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int {
        guard let number = object[name]?.integer, range.contains(number) else { throw malformed(name) }
        return number
    }

    func hash(_ name: String) throws(Failure) -> TreeHash {
        guard let hash = object[name]?.string.flatMap(TreeHash.init(hexadecimal:)) else { throw malformed(name) }
        return hash
    }

    func hashes(_ name: String) throws(Failure) -> [TreeHash] {
        guard let array = object[name]?.array, array.count <= MerkleTree.mostProofHashes else { throw malformed(name) }
        var hashes: [TreeHash] = []
        for (place, element) in array.enumerated() {
            guard let hash = element.string.flatMap(TreeHash.init(hexadecimal:)) else { throw malformed("\(name)/\(place)") }
            hashes.append(hash)
        }
        return hashes
    }

    func texts(_ name: String, atMost count: Int) throws(Failure) -> [String] {
        guard let array = object[name]?.array, array.count <= count else { throw malformed(name) }
        var texts: [String] = []
        for (place, element) in array.enumerated() {
            guard let text = element.string, text.utf8.count <= Self.mostTextBytes else { throw malformed("\(name)/\(place)") }
            texts.append(text)
        }
        return texts
    }

    /// Base64; nil where it is null or not there.
    func optionalBytes(_ name: String) throws(Failure) -> [UInt8]? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let bytes = value.string.flatMap({ Base64.read($0.utf8) }) else { throw malformed(name) }
        return bytes
    }

    func checkpoint(_ name: String) throws(Failure) -> SignedCheckpoint {
        try SignedCheckpoint(Array(try text(name, mostBytes: SignedNote.mostBytes).utf8))
    }

    /// Throws unless the member says which format this is.
    func checkFormat(_ format: String) throws(Failure) {
        guard object["format"]?.string == format else { throw malformed("format") }
    }

    func malformed(_ name: String) -> Failure { Failure.proofFileMalformed(place(name)) }

    private func place(_ name: String) -> String { "\(pointer)/\(name)" }
}

/// What can be wrong with a file that is to prove something.
extension Failure {
    /// `pointer` says where, as in RFC 6901; empty for the whole file.
    package static func proofFileMalformed(_ pointer: String) -> Failure {
        let (spanish, english) = pointer.isEmpty ? ("", "") : (" (en \(pointer))", " (at \(pointer))")
        return Failure(
            .invalid, "proof_file_malformed",
            Text(
                es: "El archivo no es una prueba del registro, o está dañado\(spanish): pídalo de nuevo.",
                en: "The file is not a proof from the journal, or is damaged\(english): ask for it again."))
    }

    package static let proofOfOtherBody = Failure(
        .invalid, "proof_of_other_body",
        Text(
            es: "El contenido sellado del archivo no es el que se registró: el archivo fue alterado.",
            en: "The sealed content in the file is not what was entered: the file was altered."))

    package static let proofWrong = Failure(
        .invalid, "proof_wrong",
        Text(
            es:
                "La prueba no demuestra que esta entrada esté en el registro: el archivo fue alterado o la entrada no está; pida otra prueba.",
            en:
                "The proof does not show that this entry is in the journal: the file was altered or the entry is not there; ask for another proof."
        ))
}
