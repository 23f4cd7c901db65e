import Base

/// What sealed bytes are: one version of one record. It chooses the entry key and is authenticated with the bytes, so that a
/// body cannot be passed off as another record's, another version's or another organisation's.
package struct EntryContext: Sendable, Hashable {
    package let tenant: String
    package let kind: String
    package let record: String
    package let version: Int64
    /// `framed("zancada entry", tenant, kind, record, version)`, made once.
    let frame: [UInt8]

    package init(tenant: String, kind: String, record: String, version: Int64) {
        self.tenant = tenant
        self.kind = kind
        self.record = record
        self.version = version
        let texts = tenant.utf8.count + kind.utf8.count + record.utf8.count
        var frame = FramedFields(reservingBytes: 5 * 4 + Self.label.utf8.count + 8 + texts)
        frame.append(Self.label)
        frame.append(tenant)
        frame.append(kind)
        frame.append(record)
        frame.append(version)
        self.frame = frame.bytes
    }

    private static let label = "zancada entry"
}
