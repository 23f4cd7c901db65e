import Base
import Crypto
import Glibc
import Keys

/// CPU of one thread, per call.
enum SealingBenchmark {
    static func run(count: Int) throws {
        let random = World.live.random
        guard let key = SubjectKey(tenant: tenant, subject: "s", version: 1, bytes: random.bytes(32)) else { return }
        let plain = random.bytes(900)
        let context = EntryContext(tenant: tenant, kind: "note", record: record, version: 3)
        let entryKey = key.entryKey(context)
        let sealed = try Sealing.seal(plain, under: entryKey, as: context, random: random)
        let keys = SubjectKeys(versions: [key])
        let (over, inner) = (SymmetricKey(size: .bits256), SymmetricKey(size: .bits256))
        let use = KeyUse.subject("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", in: tenant, version: 1)
        let wrapped = try Wrapping.wrap(inner, under: over, for: use, nonce: SealNonce(random))

        var sum = 0
        measure("context made", count) {
            sum &+= Int(EntryContext(tenant: tenant, kind: "note", record: record, version: 3).version)
        }
        measure("entry key", count) { sum &+= key.entryKey(context).description.count }
        try measure("seal 900 bytes under an entry key", count) {
            sum &+= try Sealing.seal(plain, under: entryKey, as: context, random: random).count
        }
        try measure("open 900 bytes under an entry key", count) { sum &+= try Sealing.open(sealed, under: entryKey, as: context).count }
        try measure("context, entry key and seal", count) {
            let context = EntryContext(tenant: tenant, kind: "note", record: record, version: 3)
            sum &+= try key.seal(plain, as: context, random: random).count
        }
        try measure("context, entry key and open", count) {
            let context = EntryContext(tenant: tenant, kind: "note", record: record, version: 3)
            sum &+= try keys.open(sealed, as: context).count
        }
        try measure("wrap", count) { sum &+= try Wrapping.wrap(inner, under: over, for: use, nonce: SealNonce(random)).count }
        try measure("unwrap", count) { sum &+= try Wrapping.unwrap(wrapped, under: over, for: use).bitCount }
        print("(\(sum))")
    }

    private static let tenant = "01890a5d-ac96-774b-bcce-b302099a8057"
    private static let record = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

    private static func measure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows {
        for _ in 0..<count / 10 { try body() }
        var best = Double.infinity
        for _ in 0..<3 {
            let start = cpuMicroseconds()
            for _ in 0..<count { try body() }
            best = min(best, (cpuMicroseconds() - start) / Double(count))
        }
        print("\(name): \(Double(Int(best * 1_000)) / 1_000) µs")
    }

    private static func cpuMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
