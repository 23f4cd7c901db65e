import Base
import Foundation

/// One backup: what it holds, and which chunks make it up. It is written last, whole, and is what makes the rest a backup.
package struct Manifest: Sendable {
    package let id: ID<Manifest>
    package let madeAt: Instant
    package let installation: String
    /// Which program made it.
    package let program: String
    /// `sqlite` or `postgres`.
    package let engine: String
    /// The least number of a key archive that its rows need.
    package let archive: Int64
    /// Entries of the journal with a position, and the checkpoint that stood last; nil before the first.
    package let journalSize: Int
    package let checkpoint: String?
    /// Bytes of the database's stream.
    package let byteCount: Int
    package let tables: [TableDigest]
    let chunks: [ChunkID]

    static let mostBytes = 1 << 30
    private static let format = 1

    /// As they lie in the sealed blob: a line of JSON, then the chunks' ids in order.
    package var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("format", Self.format)
            json.member("id", id)
            json.member("made_at", madeAt)
            json.member("installation", installation)
            json.member("program", program)
            json.member("engine", engine)
            json.member("archive", Int(archive))
            json.member("journal_size", journalSize)
            json.member("checkpoint", checkpoint)
            json.member("bytes", byteCount)
            json.member("chunks", chunks.count)
            json.member("tables", array: { json in for table in tables { table.write(to: &json) } })
        }
        json.endLine()
        var bytes = json.bytes
        bytes.reserveCapacity(bytes.count + chunks.count * ChunkID.byteCount)
        for chunk in chunks { chunk.append(to: &bytes) }
        return bytes
    }

    /// nil for anything but what `bytes` gives, white space aside.
    package init?(_ bytes: [UInt8]) {
        guard let end = bytes.prefix(1 << 22).firstIndex(of: UInt8(ascii: "\n")),
            let json = try? JSON.parse(Array(bytes[..<end]), limits: JSON.Limits(bytes: 1 << 22, depth: 4)),
            json.object?.members.count == 12, json["format"]?.integer == Self.format,
            let id = json["id"]?.string.flatMap({ ID<Manifest>($0) }), let madeAt = json["made_at"]?.string.flatMap({ Instant($0) }),
            let installation = json["installation"]?.string, let program = json["program"]?.string,
            let engine = json["engine"]?.string, let archive = json["archive"]?.integer, archive >= 1,
            let size = json["journal_size"]?.integer, size >= 0, let count = json["bytes"]?.integer, count >= 0,
            let chunkCount = json["chunks"]?.integer, (0...Self.mostBytes / ChunkID.byteCount).contains(chunkCount),
            bytes.count - end - 1 == chunkCount * ChunkID.byteCount, let checkpoint = json["checkpoint"],
            checkpoint.isNull || checkpoint.string != nil, let listed = json["tables"]?.array
        else { return nil }
        let tables = listed.compactMap { TableDigest($0) }
        guard tables.count == listed.count else { return nil }
        let chunks = bytes.withUnsafeBytes { raw in
            (0..<chunkCount).map { number in
                let start = end + 1 + number * ChunkID.byteCount
                return ChunkID(UnsafeRawBufferPointer(rebasing: raw[start..<start + ChunkID.byteCount]))
            }
        }
        self.init(
            id: id, madeAt: madeAt, installation: installation, program: program, engine: engine, archive: Int64(archive),
            journalSize: size, checkpoint: checkpoint.string, byteCount: count, tables: tables, chunks: chunks)
    }

    init(
        id: ID<Manifest>, madeAt: Instant, installation: String, program: String, engine: String, archive: Int64, journalSize: Int,
        checkpoint: String?, byteCount: Int, tables: [TableDigest], chunks: [ChunkID]
    ) {
        self.id = id
        self.madeAt = madeAt
        self.installation = installation
        self.program = program
        self.engine = engine
        self.archive = archive
        self.journalSize = journalSize
        self.checkpoint = checkpoint
        self.byteCount = byteCount
        self.tables = tables
        self.chunks = chunks
    }
}

extension Manifest {
    /// One without blocks, as text: to begin fuzzing with.
    package static var example: String {
        let manifest = Manifest(
            id: ID(high: 1, low: 2), madeAt: .epoch, installation: "installation", program: "zancada", engine: "sqlite", archive: 1,
            journalSize: 7, checkpoint: "note", byteCount: 0, tables: [TableDigest(name: "note", rows: 1, digest: "00")], chunks: [])
        return String(decoding: manifest.bytes, as: UTF8.self)
    }
}

/// What a table held: how many rows, and a digest of all of them that does not depend on their order.
package struct TableDigest: Sendable, Hashable {
    package let name: String
    package let rows: Int
    /// 64 hexadecimal digits.
    package let digest: String

    package init(name: String, rows: Int, digest: String) {
        self.name = name
        self.rows = rows
        self.digest = digest
    }

    init?(_ json: JSON) {
        guard json.object?.members.count == 3, let name = json["name"]?.string, (1...128).contains(name.utf8.count),
            let rows = json["rows"]?.integer, rows >= 0, let digest = json["digest"]?.string, digest.utf8.count <= 128
        else { return nil }
        self.init(name: name, rows: rows, digest: digest)
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("rows", rows)
            json.member("digest", digest)
        }
    }
}
