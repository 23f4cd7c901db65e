import Base
import Crypto
import Keys
import Testing

/// The bytes against another implementation, written from the decision record.
struct VectorTests {
    private let vectors: Vectors

    init() throws { vectors = try Vectors() }

    private func nonce(_ row: JSON) throws -> SealNonce {
        let bytes = try row.bytes("nonce")
        return try #require(bytes.withUnsafeBytes { SealNonce($0) })
    }

    @Test("bodies are sealed and opened as the other program does")
    func sealing() throws {
        for row in try vectors.rows("sealing") {
            let (number, subjectKey, entryKey) = (try row.text("version"), try row.bytes("subject_key"), try row.bytes("entry_key"))
            let version = try #require(Int64(number))
            let context = EntryContext(
                tenant: try row.text("tenant"), kind: try row.text("kind"), record: try row.text("record"), version: version)
            let subject = try #require(SubjectKey(tenant: context.tenant, subject: "s", version: 1, bytes: subjectKey))
            let key = subject.entryKey(context)
            let theirs = try #require(EntryKey(bytes: entryKey))
            let (plain, sealed) = (try row.bytes("plain"), try row.bytes("sealed"))
            #expect(try Sealing.seal(plain, under: key, as: context, nonce: try nonce(row)) == sealed)
            #expect(try Sealing.open(sealed, under: theirs, as: context) == plain)
            #expect(sealed.count == plain.count + Sealing.overheadBytes)
        }
    }

    @Test("keys are wrapped and unwrapped as the other program does")
    func wrapping() throws {
        let uses = [
            "organisation": KeyUse.organisation("org-1", epoch: 7), "search": .search("org-1"),
            "subject": .subject("p_9", in: "org-1", version: 3),
        ]
        for row in try vectors.rows("wrapping") {
            let purpose = try row.text("purpose")
            let use = try #require(uses[purpose])
            let (wrapping, key) = (SymmetricKey(data: try row.bytes("wrapping")), SymmetricKey(data: try row.bytes("key")))
            #expect(try Wrapping.wrap(key, under: wrapping, for: use, nonce: try nonce(row)) == row.bytes("wrapped"))
            #expect(try Wrapping.unwrap(try row.bytes("wrapped"), under: wrapping, for: use) == key)
        }
    }

    @Test("a disclosed key and a search hash have the other program's form")
    func disclosure() throws {
        let disclosure = try #require(vectors.json["disclosure"])
        let (bytes, text) = (try disclosure.bytes("key"), try disclosure.text("text"))
        #expect(try #require(EntryKey(bytes: bytes)).disclosure == text)
        let search = try #require(vectors.json["search"])
        let searchKey = SearchKey(SymmetricKey(data: try search.bytes("key")))
        for row in try #require(search["rows"]?.array) {
            let hash = searchKey.hash(kind: try row.text("kind"), field: try row.text("field"), value: try row.text("value"))
            #expect(hash == (try row.bytes("hash")))
        }
    }

    /// Plain GCM opens one ciphertext under two keys when an attacker has computed it so; the commitment lets one in.
    @Test("a ciphertext made for two keys opens under the one it commits to")
    func attack() throws {
        let attack = try #require(vectors.json["attack"])
        let (body, associated) = (try attack.bytes("body"), try attack.bytes("associated"))
        let (keys, ciphers) = (try attack.byteLists("entry_keys"), try attack.byteLists("ciphers"))
        let (commitments, plains) = (try attack.byteLists("commitments"), try attack.byteLists("plains"))
        for side in 0..<2 {
            let box = try AES.GCM.SealedBox(
                nonce: try AES.GCM.Nonce(data: try attack.bytes("nonce")), ciphertext: body.dropLast(16), tag: body.suffix(16))
            let bare = try AES.GCM.open(box, using: SymmetricKey(data: ciphers[side]), authenticating: associated)
            #expect([UInt8](bare) == plains[side], "the attack is real")
        }
        let context = EntryContext(tenant: "org", kind: "note", record: "r", version: 1)
        for side in 0..<2 {
            let sealed = [1] + (try attack.bytes("nonce")) + commitments[side] + body
            let (own, other) = (try #require(EntryKey(bytes: keys[side])), try #require(EntryKey(bytes: keys[1 - side])))
            #expect(try Sealing.open(sealed, under: own, as: context) == plains[side])
            #expect(throws: SealingError.wrongKey) { try Sealing.open(sealed, under: other, as: context) }
        }
    }
}
