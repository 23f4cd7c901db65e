import Access
import Base

extension FuzzTarget {
    private static let encodedToken =
        "eyJhbGciOiJFUzI1NiIsImtpZCI6Im9uZSJ9.eyJzdWIiOiJhbmEifQ." + String(repeating: "AAAA", count: 21) + "AA"

    static let token = FuzzTarget(
        "token",
        corpus: [
            encodedToken, "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImEifQ.e30.AA", "..", "a.b.c.d", "e30.e30.e30",
        ]
    ) { input in
        let text = input.text
        guard let token = try? JSONWebToken(text) else { return }
        require(text.utf8.count <= JSONWebToken.mostBytes, "limit of bytes")
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        require(parts.count == 3 && parts[2].utf8.count == 86, "three parts, the last of 64 bytes")
        // Each token has one text: what its parts hold, written again, is the token.
        let again = parts.compactMap { Base64URL.read($0.utf8).map(Base64URL.string) }.joined(separator: ".")
        require(again.utf8.elementsEqual(text.utf8), "written again it is the same")
        let header = parts.first.flatMap { Base64URL.read($0.utf8) }.flatMap { try? JSON.parse($0) }
        require(header?["alg"]?.string == "ES256", "no other algorithm")
        require(header?["kid"]?.string == token.keyID.text, "the key that it names")
        require(header?.object?.members.allSatisfy { ["alg", "kid", "typ"].contains($0.name) } == true, "nothing else in the header")
    }

    static let keySet = FuzzTarget(
        "jwks",
        corpus: [
            """
            {"keys":[{"kty":"EC","crv":"P-256","kid":"one","use":"sig","alg":"ES256",\
            "x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]}
            """, #"{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}"#, #"{"keys":[{"kty":"RSA"},{"d":1}]}"#,
            #"{"keys":[]}"#,
        ]
    ) { input in
        let bytes = Array(input)
        guard let keys = try? JSONWebKeySet(bytes) else { return }
        require(bytes.count <= JSONWebKeySet.mostBytes, "limit of bytes")
        require((1...JSONWebKeySet.mostKeys).contains(keys.count), "limit of keys")
        let list = (try? JSON.parse(bytes))?["keys"]?.array ?? []
        require(list.count >= keys.count, "each key is one of the document's")
        require(list.allSatisfy { $0["d"] == nil && $0["k"] == nil }, "no private key")
    }
}
