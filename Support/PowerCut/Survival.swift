import Base

/// What is left of writes that were not synced when the power failed. Chance decides, from the seed.
struct Survival {
    /// How this cut deals with what was under way, so that the simple ends of the scale come up often as well.
    private enum Temper {
        case nothingSurvives
        case everythingSurvives
        /// The first so many changes of each file survive, the one after them is torn.
        case inOrder
        /// Each change survives, is lost or is torn by itself.
        case scattered
    }

    private enum Fate {
        case whole
        case torn
        case lost
    }

    let promise: DiskPromise
    let sectorBytes: Int
    private var random: Randomness
    private let temper: Temper

    init(promise: DiskPromise, sectorBytes: Int, random: Randomness) {
        self.promise = promise
        self.sectorBytes = sectorBytes
        self.random = random
        temper =
            switch self.random.below(8) {
            case 0: .nothingSurvives
            case 1: .everythingSurvives
            case 2: .inOrder
            default: .scattered
            }
    }

    /// The content of the file after the cut.
    mutating func content(of file: DiskFile) -> [UInt8] {
        var content = file.durable
        let kept = temper == .inOrder ? random.below(file.changes.count + 1) : 0
        for (index, change) in file.changes.enumerated() {
            switch fate(of: index, kept: kept) {
            case .whole: content.apply(change)
            case .torn: tear(change, in: &content)
            case .lost: lose(change, in: &content)
            }
        }
        return content
    }

    /// How many of `count` changes of one name the folder kept, the oldest first.
    mutating func namesKept(of count: Int) -> Int {
        switch temper {
        case .nothingSurvives: 0
        case .everythingSurvives: count
        case .inOrder, .scattered: random.below(count + 1)
        }
    }

    private mutating func fate(of index: Int, kept: Int) -> Fate {
        switch temper {
        case .nothingSurvives: return .lost
        case .everythingSurvives: return .whole
        case .inOrder: return index < kept ? .whole : index == kept ? .torn : .lost
        case .scattered: break
        }
        return switch random.below(5) {
        case 0, 1: .whole
        case 2, 3: .lost
        default: .torn
        }
    }

    /// Nothing of the bytes arrived; of a write past the end the new length may have, over zeros or over what stood there.
    private mutating func lose(_ change: DiskFile.Change, in content: inout [UInt8]) {
        guard case .write(let offset, let bytes) = change, offset + bytes.count > content.count, random.below(4) == 0 else { return }
        let old = content.count
        content.resize(to: offset + bytes.count)
        if random.below(2) == 0 { content.overwrite(with: random.bytes(content.count - old), at: old) }
    }

    /// Each sector by itself: new, old, new up to a byte, new from a byte on, or garbage.
    private mutating func tear(_ change: DiskFile.Change, in content: inout [UInt8]) {
        guard case .write(let offset, let bytes) = change, !bytes.isEmpty else {
            if random.below(2) == 0 { content.apply(change) }
            return
        }
        let end = offset + bytes.count
        var start = offset
        while start < end {
            let sector = start / sectorBytes * sectorBytes
            let stop = min(sector + sectorBytes, end)
            let piece = bytes[start - offset..<stop - offset]
            switch random.below(5) {
            case 0: content.overwrite(with: piece, at: start)
            case 1: break
            case 2: content.overwrite(with: piece.prefix(random.below(piece.count)), at: start)
            case 3:
                let skipped = random.below(piece.count)
                content.overwrite(with: piece.dropFirst(skipped), at: start + skipped)
            default: spoil(sector: sector, written: start..<stop, in: &content)
            }
            start = stop
        }
    }

    private mutating func spoil(sector: Int, written: Range<Int>, in content: inout [UInt8]) {
        var range = written
        if promise == .nothing {
            // The whole sector, but a write does not make the file longer than its own end.
            range = sector..<max(written.upperBound, min(sector + sectorBytes, content.count))
        }
        content.overwrite(with: random.bytes(range.count), at: range.lowerBound)
    }
}

extension Randomness {
    /// 0 ..< `bound`; 0 where the bound is 0.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }
}
