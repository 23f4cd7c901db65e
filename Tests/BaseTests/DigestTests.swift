import Base
import Testing

@Test("a digest in pieces is the digest of the whole (FIPS 180-4 example)")
func digestExample() {
    var digest = Digest()
    digest.update(Array("a".utf8))
    digest.update(Array("bc".utf8))
    #expect(digest.hexadecimal == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
}
