import Transparency

/// RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word and without any thought of speed: what the tiles are
/// compared with.
struct NaiveTree {
    let leaves: [TreeHash]

    func root(_ range: Range<Int>) -> TreeHash {
        if range.isEmpty { return TreeHash.digest(of: []) }
        if range.count == 1 { return leaves[range.lowerBound] }
        let split = range.lowerBound + Self.split(range.count)
        return TreeHash.node(root(range.lowerBound..<split), root(split..<range.upperBound))
    }

    func path(_ index: Int, _ range: Range<Int>) -> [TreeHash] {
        if range.count == 1 { return [] }
        let split = range.lowerBound + Self.split(range.count)
        let (left, right) = (range.lowerBound..<split, split..<range.upperBound)
        return left.contains(index) ? path(index, left) + [root(right)] : path(index, right) + [root(left)]
    }

    func proof(_ older: Int, _ newer: Int) -> [TreeHash] {
        older == 0 ? [] : subproof(older, 0..<newer, true)
    }

    private func subproof(_ count: Int, _ range: Range<Int>, _ isWhole: Bool) -> [TreeHash] {
        if count == range.count { return isWhole ? [] : [root(range)] }
        let size = Self.split(range.count)
        let split = range.lowerBound + size
        let (left, right) = (range.lowerBound..<split, split..<range.upperBound)
        return count <= size
            ? subproof(count, left, isWhole) + [root(right)] : subproof(count - size, right, false) + [root(left)]
    }

    private static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }
}
