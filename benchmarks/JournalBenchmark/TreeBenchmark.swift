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
        var hashing = Duration.zero
        var appending = Duration.zero
        let clock = ContinuousClock()
        var done = 0
        while done < count {
            let batch = done..<min(count, done + 4_096)
            var leaves: [TreeHash] = []
            leaves.reserveCapacity(batch.count)
            hashing += clock.measure {
                var body = metadata
                for _ in batch {
                    leaves.append(LeafEntry(salt: salt, metadataHash: metadata, bodyHash: body).hash)
                    body = leaves[leaves.count - 1]
                }
            }
            try appending += clock.measure { tiles.write(try frontier.append(leaves)) }
            done = batch.upperBound
        }
        lines.append(line("leaf hash", ["per_second": Double(count) / seconds(hashing)]))
        lines.append(line("append", ["per_second": Double(count) / seconds(appending), "leaves": Double(count)]))
        lines += try proofs(count, tiles, frontier.root)
        return lines
    }

    private static func proofs(_ count: Int, _ tiles: TilesInMemory, _ root: TreeHash) throws -> [String] {
        var places = SystemRandomNumberGenerator()
        let clock = ContinuousClock()
        var inclusion: [Double] = []
        var consistency: [Double] = []
        var verification: [Double] = []
        for _ in 0..<2_000 {
            let place = Int.random(in: 1..<count, using: &places)
            var proof: InclusionProof?
            inclusion.append(seconds(try clock.measure { proof = try MerkleTree.inclusionProof(of: place, in: count, tiles.read) }))
            let leaf = tiles.read(TileAddress(level: 0, index: place >> 8))?.hashes[place & 255]
            guard let proof, let leaf else { continue }
            verification.append(seconds(try clock.measure { try proof.verify(leaf: leaf, root: root) }))
            consistency.append(
                seconds(try clock.measure { _ = try MerkleTree.consistencyProof(from: place, to: count, tiles.read) }))
        }
        let reopened = try clock.measure { _ = try TreeFrontier(size: count, tiles.read) }
        return [
            line("inclusion proof", figures(inclusion)), line("inclusion proof verified", figures(verification)),
            line("consistency proof", figures(consistency)), line("frontier read again", ["ms": 1e3 * seconds(reopened)]),
        ]
    }

    private static func figures(_ times: [Double]) -> [String: Double] {
        let sorted = times.sorted()
        return ["median_ms": 1e3 * sorted[sorted.count / 2], "most_ms": 1e3 * (sorted.last ?? .nan)]
    }

    private static func line(_ name: String, _ figures: [String: Double]) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("name", name)
            json.member(
                "figures",
                object: { json in for (key, value) in figures.sorted(by: { $0.key < $1.key }) { json.member(key, value, decimals: 4) } })
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
