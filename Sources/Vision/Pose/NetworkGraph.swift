import Foundation

/// The graph in a TensorFlow Lite file, as far as taking an unused branch out of it needs.
///
/// BlazePose's landmark network also paints the person's outline, which nobody here looks at and which takes a third of
/// its time. LiteRT runs every operator of a file whether or not its result is wanted, so the operators that only that
/// output needs are taken off the list. What is left computes the same numbers as before.
///
/// The file is a FlatBuffer (little endian; tables with a directory of fields, vectors with a count, offsets relative to
/// where they stand); the fields are those of TensorFlow Lite's schema, version 3.
struct NetworkGraph {
    private(set) var data: Data

    /// A table or vector was not where the format says.
    struct Malformed: Error {}

    private enum Field {
        static let modelSubgraphs = 2
        static let graphOutputs = 2
        static let graphOperators = 3
        static let operatorInputs = 1
        static let operatorOutputs = 2
    }

    /// - Parameter data: a file with one graph and no signatures.
    init(_ data: Data) {
        self.data = Data(data)
    }

    /// Takes out the output at this place in the list, and every operator that nothing else needs.
    mutating func removeOutput(at place: Int) throws(Malformed) {
        let graph = try target(of: vector(table: target(of: 0), Field.modelSubgraphs).start)
        let outputs = try vector(table: graph, Field.graphOutputs)
        let operators = try vector(table: graph, Field.graphOperators)
        guard place >= 0, place < outputs.count else { throw Malformed() }
        var kept = try integers(outputs)
        kept.remove(at: place)
        var tables: [Int] = []
        for index in 0..<operators.count { tables.append(try target(of: operators.start + 4 * index)) }
        let needed = try needed(of: tables, for: kept)

        try store(kept.count, at: outputs.start - 4)
        for (index, tensor) in kept.enumerated() { try store(tensor, at: outputs.start + 4 * index) }
        let live = tables.indices.filter { needed[$0] }
        try store(live.count, at: operators.start - 4)
        for (index, old) in live.enumerated() {
            let position = operators.start + 4 * index
            try store(tables[old] - position, at: position)
        }
    }

    /// Which operators the given tensors come from, directly or through others.
    private func needed(of tables: [Int], for tensors: [Int]) throws(Malformed) -> [Bool] {
        var producer: [Int: Int] = [:]
        for (index, table) in tables.enumerated() {
            for tensor in try integers(vector(table: table, Field.operatorOutputs)) { producer[tensor] = index }
        }
        var needed = [Bool](repeating: false, count: tables.count)
        var open = tensors
        while let tensor = open.popLast() {
            guard let index = producer[tensor], !needed[index] else { continue }
            needed[index] = true
            open += try integers(vector(table: tables[index], Field.operatorInputs))
        }
        return needed
    }

    /// Where a field of a table begins.
    private func vector(table: Int, _ field: Int) throws(Malformed) -> (start: Int, count: Int) {
        let directory = try table - Int(load(Int32.self, at: table))
        let entry = 4 + 2 * field
        guard try entry < Int(load(UInt16.self, at: directory)) else { throw Malformed() }
        let offset = try Int(load(UInt16.self, at: directory + entry))
        guard offset > 0 else { throw Malformed() }
        let start = try target(of: table + offset)
        return try (start + 4, Int(load(UInt32.self, at: start)))
    }

    private func target(of position: Int) throws(Malformed) -> Int {
        try position + Int(load(UInt32.self, at: position))
    }

    private func integers(_ vector: (start: Int, count: Int)) throws(Malformed) -> [Int] {
        var values: [Int] = []
        for index in 0..<vector.count { values.append(try Int(load(Int32.self, at: vector.start + 4 * index))) }
        return values
    }

    private func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at position: Int) throws(Malformed) -> T {
        guard position >= 0, position + MemoryLayout<T>.size <= data.count else { throw Malformed() }
        return T(littleEndian: data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: T.self) })
    }

    private mutating func store(_ value: Int, at position: Int) throws(Malformed) {
        guard position >= 0, position + 4 <= data.count else { throw Malformed() }
        let bits = UInt32(truncatingIfNeeded: value).littleEndian
        data.withUnsafeMutableBytes { $0.storeBytes(of: bits, toByteOffset: position, as: UInt32.self) }
    }
}
