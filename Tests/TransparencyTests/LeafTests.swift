import Base
import Testing
import Transparency

/// The bytes were put together from docs/decisions/0010 by hand; the hashes by Python's hashlib.
@Suite("Entry bytes, version 1")
struct LeafTests {
    static let metadata = EntryMetadata(
        entry: "e", tenant: "t", time: Instant(microseconds: 1), actor: "a", verb: "created", kind: "note", record: "r", version: 2,
        shape: 1, sealingSubject: "s", subjects: ["z", "b", "z"])
    static let framed =
        "0000000165" + "0000000174" + "000000080000000000000001" + "0000000161" + "ffffffff" + "0000000763726561746564"
        + "000000046e6f7465" + "0000000172" + "000000080000000000000002" + "000000080000000000000001" + "0000000173" + "0000000162"
        + "000000017a"

    @Test("metadata are framed in the order of the decision record, subjects sorted and each once")
    func metadata() {
        #expect(Hexadecimal.string(Self.metadata.framed.bytes) == Self.framed)
        #expect(Self.metadata.digest == TreeHash.digest(of: Hexadecimal.read(Self.framed.utf8) ?? []))
        let other = EntryMetadata(
            entry: "e", tenant: "t", time: Instant(microseconds: 1), actor: "a", onBehalfOf: "", verb: "created", kind: "note",
            record: "r", version: 2, shape: 1, sealingSubject: "s", subjects: ["z", "b"])
        #expect(other.digest != Self.metadata.digest)
    }

    @Test("a leaf is version, salt and two hashes, 81 bytes, and its hash has RFC 9162's prefix")
    func leaf() throws {
        let salt = try #require(LeafSalt(bytes: Array(0..<16)))
        let entry = LeafEntry(salt: salt, metadata: Self.metadata, sealedBody: Array("abc".utf8))
        let body = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(entry.bytes.count == LeafEntry.byteCount)
        #expect(
            Hexadecimal.string(entry.bytes) == "01000102030405060708090a0b0c0d0e0f" + Self.metadata.digest.hexadecimal + body)
        #expect(entry.hash == TreeHash.digest(of: [0] + entry.bytes))
        #expect(entry.hash.hexadecimal == "0ae7e502ac26e400c9094abc91c93d28c1c337c81df55f78d672c688f3163ffc")
        #expect(LeafSalt(bytes: salt.bytes) == salt)
        #expect(LeafSalt(bytes: [1, 2]) == nil)
    }

    @Test("hashes keep their bytes, and are read from 32 of them or 64 digits alone")
    func hashes() {
        let bytes = Array<UInt8>(0..<32)
        #expect(TreeHash(bytes: bytes)?.bytes == bytes)
        #expect(TreeHash(bytes: Array(0..<31)) == nil)
        let text = Hexadecimal.string(bytes)
        #expect(TreeHash(hexadecimal: text)?.description == text)
        #expect(TreeHash(hexadecimal: text.uppercased()) == nil)
        #expect(TreeHash(hexadecimal: text + "00") == nil)
        #expect(MemoryLayout<TreeHash>.stride == 32)
    }
}
