import Base
import Foundation
import Glibc
import Transparency

/// The tree over entries that a counter makes, with its tiles in memory: what hashing costs, without a database.
enum TreeBenchmark {
    static func run(count: Int) throws -> [String] {
        var lines: [String] = []
        var frontier = TreeFrontier()
        var tiles = TilesInMemory()
        let metadata = TreeHash.digest(of: [1])
        let salt = LeafSalt(Randomness { 7 })
        var hashing = 0.0
        var appending = 0.0
        var done = 0
        while done < count {
            let batch = done..<min(count, done + 4_096)
            var leaves: [TreeHash] = []
            leaves.reserveCapacity(batch.count)
            hashing += cpuSeconds {
                var body = metadata
                for _ in batch {
                    leaves.append(LeafEntry(salt: salt, metadataHash: metadata, bodyHash: body).hash)
                    body = leaves[leaves.count - 1]
                }
            }
            appending += try cpuSeconds { tiles.write(try frontier.append(leaves)) }
            done = batch.upperBound
        }
        lines.append(Line.text("leaf hash", ["per_cpu_second": Double(count) / hashing]))
        lines.append(Line.text("append", ["per_cpu_second": Double(count) / appending, "leaves": Double(count)]))
        lines += try proofs(count, tiles, frontier.root)
        lines.append(try entries(min(count, 1_000_000)))
        return lines
    }

    private static func proofs(_ count: Int, _ tiles: TilesInMemory, _ root: TreeHash) throws -> [String] {
        var places = SystemRandomNumberGenerator()
        var inclusion: [Double] = []
        var consistency: [Double] = []
        var verification: [Double] = []
        for _ in 0..<2_000 {
            let place = Int.random(in: 1..<count, using: &places)
            var proof: InclusionProof?
            inclusion.append(try cpuSeconds { proof = try MerkleTree.inclusionProof(of: place, in: count, tiles.read) })
            let leaf = tiles.read(TileAddress(level: 0, index: place >> 8))?.hashes[place & 255]
            guard let proof, let leaf else { continue }
            verification.append(try cpuSeconds { try proof.verify(leaf: leaf, root: root) })
            consistency.append(try cpuSeconds { _ = try MerkleTree.consistencyProof(from: place, to: count, tiles.read) })
        }
        let reopened = try cpuSeconds { _ = try TreeFrontier(size: count, tiles.read) }
        return [
            Line.text("inclusion proof", figures(inclusion)), Line.text("inclusion proof verified", figures(verification)),
            Line.text("consistency proof", figures(consistency)), Line.text("frontier read again", ["cpu_ms": 1e3 * reopened]),
        ]
    }

    /// What checking a journal without keys costs once an entry's columns were read: three hashes and the tree's own.
    private static func entries(_ count: Int) throws -> String {
        let id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        let salt = LeafSalt(Randomness { 7 })
        let body = [UInt8](repeating: 7, count: 400)
        var frontier = TreeFrontier()
        let time = try cpuSeconds {
            for start in stride(from: 0, to: count, by: 1_000) {
                let leaves = (start..<start + 1_000).map { number in
                    let metadata = EntryMetadata(
                        entry: id, tenant: id, time: Instant(microseconds: Int64(number)), actor: id, verb: "created", kind: "note",
                        record: id, version: number, shape: 1, sealingSubject: id, subjects: [id])
                    return LeafEntry(salt: salt, metadata: metadata, sealedBody: body).hash
                }
                _ = try frontier.append(leaves)
            }
        }
        return Line.text("entries of 400 bytes checked", ["per_cpu_second": Double(count) / time])
    }

    private static func figures(_ times: [Double]) -> [String: Double] {
        let sorted = times.sorted()
        return ["median_cpu_ms": 1e3 * sorted[sorted.count / 2], "most_cpu_ms": 1e3 * (sorted.last ?? .nan)]
    }

    /// CPU of this thread, so that others on the machine do not count.
    private static func cpuSeconds(_ work: () throws -> Void) rethrows -> Double {
        let start = threadSeconds()
        try work()
        return threadSeconds() - start
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
