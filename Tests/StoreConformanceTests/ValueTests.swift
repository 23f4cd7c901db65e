import Base
import Store
import TestKit
import Testing

/// What is written is what is read, at the limits of every type.
@Suite(.timeLimit(.minutes(2)))
struct ValueTests {
    private func written(_ samples: [Sample], on engine: EngineMatrix) async throws -> [Sample] {
        try await engine.withStore(Sample.schema(engine)) { store in
            try await store.database.write { tx in
                for sample in samples { try tx.execute(sample.insertion) }
            }
            let read = try await store.database.rows("\(Sample.selection) ORDER BY id") { try Sample($0) }
            let inside = try await store.database.read { tx in
                try tx.rows("\(Sample.selection) ORDER BY id") { try Sample($0) }
            }
            #expect(read == inside)
            return read
        }
    }

    @Test("whole numbers keep all 64 bits", arguments: EngineMatrix.all)
    func wholeNumbersKeepAll64(_ engine: EngineMatrix) async throws {
        let numbers: [Int64] = [.min, .min + 1, -1, 0, 1, 1 << 53 + 1, .max - 1, .max]
        let samples = numbers.enumerated().map { Sample("\($0)", integer: $1) }
        #expect(try await written(samples, on: engine) == samples)
    }

    @Test("doubles keep every bit, infinities and subnormals among them", arguments: EngineMatrix.all)
    func doublesKeepEveryBitInfinities(_ engine: EngineMatrix) async throws {
        let numbers: [Double] = [
            .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, .infinity, -.infinity, 0.1, 1.0.nextUp, .pi, 1, -9_007_199_254_740_991,
        ]
        let samples = numbers.enumerated().map { Sample(String(10 + $0), real: $1) }
        let read = try await written(samples, on: engine)
        #expect(read.map { $0.real?.bitPattern } == numbers.map(\.bitPattern))
    }

    @Test("negative zero becomes zero", arguments: EngineMatrix.all)
    func negativeZeroBecomesZero(_ engine: EngineMatrix) async throws {
        let read = try await written([Sample("a", real: -0.0)], on: engine)
        #expect(read.first?.real?.bitPattern == 0)
    }

    @Test("not a number is refused and nothing is written", arguments: EngineMatrix.all)
    func notNumberRefusedNothingWritten(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Sample.schema(engine)) { store in
            let found = await failure {
                try await store.database.write { tx in
                    try tx.execute(Sample("before").insertion)
                    try tx.execute(Sample("nan", real: .nan).insertion)
                }
            }
            #expect(found == Failure.realIsNotANumber)
            try await store.database.expectSamples(0)
        }
    }

    @Test("nothing and emptiness are different", arguments: EngineMatrix.all)
    func nothingEmptinessDifferent(_ engine: EngineMatrix) async throws {
        let samples = [Sample("a"), Sample("b", text: "", bytes: []), Sample("c", integer: 0, real: 0, bool: false)]
        #expect(try await written(samples, on: engine) == samples)
    }

    @Test("all bytes and both truth values come back", arguments: EngineMatrix.all)
    func allBytesBothTruthValues(_ engine: EngineMatrix) async throws {
        let every = (0...255).map { UInt8($0) }
        let samples = [
            Sample("a", bytes: every, bool: true), Sample("b", bytes: [0], bool: false), Sample("c", bytes: Array("\\x41".utf8)),
        ]
        #expect(try await written(samples, on: engine) == samples)
    }

    @Test("a mebibyte of text and of bytes comes back", arguments: EngineMatrix.all)
    func mebibyteTextBytesComesBack(_ engine: EngineMatrix) async throws {
        let text = String(repeating: "ñandú €😀 ", count: 1 << 20 / 17)
        let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let samples = [Sample("a", text: text, bytes: bytes)]
        #expect(try await written(samples, on: engine) == samples)
    }

    @Test("ids and instants come back to the microsecond", arguments: EngineMatrix.all)
    func idsInstantsComeBackMicrosecond(_ engine: EngineMatrix) async throws {
        let ids: [ID<Sample>] = [
            ID(high: 0, low: 0), ID(high: .max, low: .max), FixedWorld(seed: 1).world.id(of: Sample.self),
        ]
        let instants: [Instant] = [.earliest, .latest, .epoch, Instant(microseconds: -1), Instant(microseconds: 1_767_225_600_123_456)]
        try await engine.withStore(Sample.schema(engine)) { store in
            try await store.database.write { tx in
                for id in ids {
                    for instant in instants {
                        try tx.execute("INSERT INTO samples (id, a_text, a_integer) VALUES (\("\(id) \(instant)"), \(id), \(instant))")
                    }
                }
            }
            for id in ids {
                let read: [Instant] = try await store.database.rows(
                    "SELECT a_text, a_integer FROM samples WHERE a_text = \(id) ORDER BY a_integer"
                ) { row in
                    let found: ID<Sample> = try row["a_text"]
                    #expect(found == id)
                    return try row["a_integer"]
                }
                #expect(read == instants.sorted())
            }
        }
    }

    @Test("the bytes of a column are lent without a copy", arguments: EngineMatrix.all)
    func bytesColumnLentWithoutCopy(_ engine: EngineMatrix) async throws {
        try await engine.withStore(Sample.schema(engine)) { store in
            try await store.database.write { tx in try tx.execute(Sample("a", text: "año", bytes: [0, 255, 0]).insertion) }
            let lent = try await store.database.first(Sample.selection) { row in
                (try row.withBytes("a_text") { Array($0) }, try row.withBytes("some_bytes") { Array($0) })
            }
            #expect(lent?.0 == Array("año".utf8))
            #expect(lent?.1 == [0, 255, 0])
        }
    }
}
