import Base

/// What the file of an organisation's epoch holds: the organisation's key wrapped by the root key, and its search key wrapped
/// by that key. One line of JSON, below 1 KiB with a key file and below 2 KiB with a transit engine.
package struct EpochFile: Sendable, Hashable {
    package let organisation: String
    /// From 1.
    package let epoch: Int64
    /// Which root key wrapped it, and the bytes that it gave.
    package let key: RootWrapped
    /// Wrapped by the organisation's key of this epoch (`KeyUse.search`). The search key is the same in all epochs.
    let search: [UInt8]
    package let madeAt: Instant

    package static let mostBytes = 4_096
    private static let format = 1

    init(organisation: String, epoch: Int64, key: RootWrapped, search: [UInt8], madeAt: Instant) {
        self.organisation = organisation
        self.epoch = epoch
        self.key = key
        self.search = search
        self.madeAt = madeAt
    }

    /// nil for anything but what `bytes` gives, white space and order aside; unknown members are refused.
    package init?(_ bytes: [UInt8]) {
        guard let json = try? JSON.parse(bytes, limits: JSON.Limits(bytes: Self.mostBytes, depth: 2)),
            let members = json.object?.members, members.count == 7,
            json["format"]?.integer == Self.format,
            let organisation = json["organisation"]?.string, KeyFolder.isName(organisation),
            let epoch = json["epoch"]?.integer, epoch >= 1,
            let root = json["root"]?.string, RootWrapped.isRootName(root),
            let key = json["key"]?.string.flatMap({ Base64URL.read($0.utf8) }), !key.isEmpty,
            let search = json["search"]?.string.flatMap({ Base64URL.read($0.utf8) }), search.count == Wrapping.wrappedBytes,
            let madeAt = json["made_at"]?.string.flatMap({ Instant($0) })
        else { return nil }
        self.init(
            organisation: organisation, epoch: Int64(epoch), key: RootWrapped(root: root, bytes: key), search: search, madeAt: madeAt)
    }

    /// As it stands in the file.
    package var bytes: [UInt8] {
        var writer = JSONWriter(reservingBytes: 512)
        writer.object { json in
            json.member("format", Self.format)
            json.member("organisation", organisation)
            json.member("epoch", Int(epoch))
            json.member("root", key.root)
            json.member("key", Base64URL.string(key.bytes))
            json.member("search", Base64URL.string(search))
            json.member("made_at", madeAt)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// The same keys under another root.
    func rewrapped(_ key: RootWrapped) -> EpochFile {
        EpochFile(organisation: organisation, epoch: epoch, key: key, search: search, madeAt: madeAt)
    }
}
