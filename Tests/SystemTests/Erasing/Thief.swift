import Crypto
import Foundation

/// Whoever has copies of the data and perhaps some keys, and tries every key on everything. Written from
/// docs/decisions/0010 and docs/keys.md, with nothing of the program's own.
struct Thief {
    /// A version of a record as it lies in copies, with what stands beside it in clear.
    struct SealedBody: Sendable, Hashable {
        let tenant: String
        let kind: String
        let record: String
        let version: Int
        let bytes: [UInt8]

        var name: String { "\(record), version \(version)" }
        var frame: [UInt8] { framed("zancada entry", tenant, kind, record, version) }
    }

    /// By their bytes, what they are.
    private(set) var keys: [[UInt8]: String] = [:]
    /// What may be sealed or wrapped, by its first 45 bytes: the 93 that a wrapped key has, as they lie in each of its copies.
    private var envelopes: [[UInt8]: Set<[UInt8]>] = [:]
    private let names: (tenants: [String], subjects: [String])

    /// Who there is stands in every copy in clear.
    init(tenants: [String], subjects: [String]) { names = (tenants, subjects) }

    static let headBytes = 45
    private static let wrappedBytes = 93
    /// What 44 random bytes have of different ones, but for one in many millions; text and program code has fewer.
    private static let leastDifferent = 28

    /// Whatever lies in a file, a page or a log: rows that were overwritten as well as those that stand.
    mutating func take(_ bytes: Data) {
        bytes.withUnsafeBytes { bytes in
            guard bytes.count >= Self.wrappedBytes else { return }
            for start in 0...bytes.count - Self.wrappedBytes where bytes[start] == 1 {
                let head = UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.headBytes])
                guard Self.looksRandom(head) else { continue }
                envelopes[Array(head), default: []].insert(Array(bytes[start..<start + Self.wrappedBytes]))
                if let whole = Self.acrossPages(bytes, start) { envelopes[Array(head), default: []].insert(whole) }
            }
        }
    }

    /// PostgreSQL's log has a head of 24 bytes every 8 KiB, in the midst of what it tells (access/xlog_internal.h); nil where none is.
    private static func acrossPages(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> [UInt8]? {
        let (page, head) = (8_192, 24)
        let border = (start / page + 1) * page
        let rest = start + wrappedBytes - border
        guard rest > 0, border + head + rest <= bytes.count else { return nil }
        return Array(bytes[start..<border]) + Array(bytes[border + head..<border + head + rest])
    }

    private static func looksRandom(_ head: UnsafeRawBufferPointer) -> Bool {
        var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for byte in head.dropFirst() {
            let bit: UInt64 = 1 << UInt64(byte & 63)
            switch byte >> 6 {
            case 0: seen.0 |= bit
            case 1: seen.1 |= bit
            case 2: seen.2 |= bit
            default: seen.3 |= bit
            }
        }
        return seen.0.nonzeroBitCount + seen.1.nonzeroBitCount + seen.2.nonzeroBitCount + seen.3.nonzeroBitCount >= leastDifferent
    }

    func has(_ body: SealedBody) -> Bool { envelopes[Array(body.bytes.prefix(Self.headBytes))] != nil }

    /// A folder of keys: what has the length of a key is one, what an epoch's file holds is wrapped.
    mutating func take(keyFolder folder: URL) throws {
        for file in try Files.all(in: folder) {
            let bytes = try Data(contentsOf: file)
            if bytes.count == 32 { keys[Array(bytes)] = "root" }
            guard let json = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
                take(bytes)
                continue
            }
            for case let text as String in json.values {
                let padded = text.replacing("-", with: "+").replacing("_", with: "/")
                if let wrapped = Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)) { take(wrapped) }
            }
        }
    }

    /// Unwraps what can be, until nothing more comes of it. Returns what a key committed to and did not open.
    mutating func unwrapAll() -> [String] {
        var untried = Array(keys.keys)
        var strange: [String] = []
        while let key = untried.popLast() {
            for (head, copies) in envelopes {
                for use in ["organisation", "search", "subject"] {
                    guard let cipher = Self.cipher(head, framed("zancada wrap", use, Array(head[1..<13])), key) else { continue }
                    var opened: (String, [UInt8])?
                    for copy in copies where opened == nil { opened = unwrapped(copy, cipher, use) }
                    guard let (what, found) = opened else {
                        strange.append(use)
                        continue
                    }
                    if keys.updateValue(what, forKey: found) == nil { untried.append(found) }
                }
            }
        }
        return strange
    }

    private func unwrapped(_ envelope: [UInt8], _ cipher: SymmetricKey, _ use: String) -> (String, [UInt8])? {
        for tenant in names.tenants {
            let uses: [(String, [UInt8])] =
                switch use {
                case "organisation": (1...60).map { ("epoch \($0) of \(tenant)", framed(use, tenant, $0)) }
                case "search": [("search key of \(tenant)", framed(use, tenant))]
                default:
                    names.subjects.flatMap { subject in
                        (1...2).map { ("key \($0) of \(subject) in \(tenant)", framed(use, tenant, subject, $0)) }
                    }
                }
            for (what, frame) in uses {
                if let key = Self.decrypted(envelope, cipher, frame) { return (what, key) }
            }
        }
        return nil
    }

    /// What a body says, if any key that is there opens it: as its person's key or as its own.
    func open(_ body: SealedBody) -> String? {
        for key in keys.keys {
            for entry in [Self.entryKey(key, body), key] {
                guard let cipher = Self.cipher(body.bytes, framed("zancada seal", Array(body.bytes[1..<13])), entry) else { continue }
                return Self.decrypted(body.bytes, cipher, body.frame).map { String(decoding: $0, as: UTF8.self) }
            }
        }
        return nil
    }

    /// As somebody discloses one: taken along.
    mutating func take(key: [UInt8], called name: String) { keys[key] = name }

    static func entryKey(_ subject: [UInt8], _ body: SealedBody) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: body.frame, using: SymmetricKey(data: subject)))
    }

    /// The key of the cipher under which a body lies.
    static func cipherKey(_ entry: [UInt8], _ body: SealedBody) -> [UInt8]? {
        cipher(body.bytes, framed("zancada seal", Array(body.bytes[1..<13])), entry)?.withUnsafeBytes { Array($0) }
    }

    /// nil where the key does not commit to the envelope.
    private static func cipher(_ envelope: [UInt8], _ label: [UInt8], _ key: [UInt8]) -> SymmetricKey? {
        let code = Array(HMAC<SHA512>.authenticationCode(for: label, using: SymmetricKey(data: key)))
        guard code[32...].elementsEqual(envelope[13..<45]) else { return nil }
        return SymmetricKey(data: code[..<32])
    }

    private static func decrypted(_ envelope: [UInt8], _ cipher: SymmetricKey, _ frame: [UInt8]) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: Array(envelope[1..<13]) + envelope[45...]) else { return nil }
        return (try? AES.GCM.open(box, using: cipher, authenticating: frame)).map { Array($0) }
    }
}

/// For each field its length in four bytes, big-endian, then its bytes; whole numbers have eight.
private func framed(_ fields: Any...) -> [UInt8] {
    var frame: [UInt8] = []
    for field in fields {
        let bytes: [UInt8] =
            switch field {
            case let text as String: Array(text.utf8)
            case let number as Int: withUnsafeBytes(of: Int64(number).bigEndian) { Array($0) }
            case let bytes as [UInt8]: bytes
            default: []
            }
        frame += withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }
    return frame
}

enum Files {
    /// Every file below a folder, hidden ones included.
    static func all(in folder: URL) throws -> [URL] {
        let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
        return try (found?.allObjects as? [URL] ?? []).filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
            .sorted { $0.path < $1.path }
    }
}
