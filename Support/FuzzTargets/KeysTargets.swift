import Base
import Keys
import Vault

extension FuzzTarget {
    static let epochFile = FuzzTarget(
        "epoch-file",
        corpus: [
            #"{"format":1,"organisation":"org-1","epoch":7,"root":"file:0011223344556677","key":"AQID","search":"\#(wrapped)","made_at":"2026-11-21T14:23:17.123456Z"}"#,
            #"{"format":1,"organisation":"..","epoch":7,"root":"file:0","key":"AQID","search":"\#(wrapped)","made_at":"2026-11-21T14:23:17Z"}"#,
        ]
    ) { input in
        guard let file = EpochFile(Array(input)) else { return }
        require(input.count <= EpochFile.mostBytes, "limit of bytes")
        require(KeyFolder.isName(file.organisation) && file.epoch >= 1, "names stay in the folder")
        require(EpochFile(file.bytes) == file, "written and read again it is the same")
    }

    /// Any text can be continued, and what was continued is read whole.
    static let erasureLedger = FuzzTarget(
        "erasure-ledger", corpus: [ledger, String(ledger.dropLast(9)), "\n", "0000000000000000 1 0 pending 0 a b\n"]
    ) {
        input in
        let bytes = Array(input)
        guard var text = try? ErasureText(bytes) else { return }
        require(text.wholeBytes <= bytes.count && !bytes[text.wholeBytes...].contains(UInt8(ascii: "\n")), "only a broken-off line is left")
        require(text.entries.map(\.number) == (0..<text.entries.count).map { Int64($0) + 1 }, "numbers have no gap")
        require(text.entries.allSatisfy { KeyFolder.isName($0.tenant) && KeyFolder.isName($0.subject) }, "names are names")
        let line = text.append(.pending, "s", in: "t", epoch: 0, at: .epoch)
        require((try? ErasureText(Array(bytes[..<(text.wholeBytes - line.count)]) + line)) == text, "what was appended is read")
    }

    static let entryKey = FuzzTarget(
        "entry-key", corpus: [disclosed, String(disclosed.dropLast()), "zancada-entry-key-1:" + String(repeating: "A", count: 48)]
    ) { input in
        let text = input.text
        guard let key = try? EntryKey(disclosure: text) else { return }
        require(key.disclosure == text, "each key has one text")
    }

    /// Nobody has the key, so nothing opens; and nothing traps.
    static let sealedBytes = FuzzTarget(
        "sealed-bytes", corpus: [String(repeating: "\u{1}", count: 61), String(repeating: "\u{1}", count: 93), "\u{1}"]
    ) { input in
        guard let key = EntryKey(bytes: [UInt8](repeating: 7, count: 32)) else { return }
        let context = EntryContext(tenant: "t", kind: "k", record: "r", version: 1)
        let opened = try? Sealing.open(input, under: key, as: context)
        require(opened == nil, "what nobody sealed does not open")
    }

    static let transitCiphertext = FuzzTarget(
        "transit-ciphertext", corpus: ["vault:v1:AAAA", "vault:v12:QUJD", "vault:v:", "vault:v1:A===", "vault:v00:AAAA"]
    ) { input in
        let text = input.text
        guard let read = TransitCiphertext(text) else { return }
        require(read.version >= 1 && text.hasPrefix("vault:v\(read.version):"), "the version is the text's")
        require(text.utf8.count <= TransitCiphertext.mostBytes, "limit of bytes")
    }

    private static let wrapped = String(repeating: "A", count: 124)

    private static let disclosed = EntryKey(bytes: [UInt8](repeating: 7, count: 32))?.disclosure ?? ""

    private static let ledger: String = {
        var text = ErasureText()
        var bytes = text.append(.pending, "ana", in: "org-1", epoch: 0, at: .epoch)
        bytes += text.append(.destroyed, "ana", in: "org-1", epoch: 3, at: Instant(microseconds: 1_767_225_600_000_000))
        bytes += text.append(.complete, "ana", in: "org-1", epoch: 3, at: .latest)
        return String(decoding: bytes, as: UTF8.self)
    }()
}
