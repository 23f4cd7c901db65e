/// Who may import whom: one row per target, from the inside out. A target without a row is a fault, so that adding
/// one means saying where it stands.
struct Layer: Sendable {
    let target: String
    /// Everything it may import and depend on. nil: the root, which knows everyone.
    let mayImport: Set<String>?

    init(_ target: String, _ mayImport: Set<String>?) {
        self.target = target
        self.mayImport = mayImport
    }

    static let system: Set<String> = ["Foundation", "Glibc", "Synchronization", "Dispatch"]

    /// The kernel and the pure libraries, never another feature; `more` are its C islands.
    private static func feature(_ target: String, _ more: Set<String> = []) -> Layer {
        let kernel: Set = [
            "Access", "Base", "Keys", "Metrics", "Records", "Resources", "Runtime", "Store", "Transparency", "Web", "Foundation",
            "HTTPTypes",
        ]
        return Layer(target, kernel.union(["Factors", "Markup", "Movement", "MovementReport"]).union(more))
    }

    static let table: [Layer] = [
        Layer("Base", system.union(["Crypto", "Logging"])),
        Layer("Store", ["Base", "Foundation"]),
        Layer("Access", ["Base", "Store", "Crypto", "Synchronization"]),
        Layer("Keys", system.union(["Base", "Store", "Crypto"])),
        // Pure: proofs are checked by whoever has the bytes.
        Layer("Transparency", ["Base", "Crypto", "Foundation"]),
        Layer("Records", ["Access", "Base", "Keys", "Store", "Transparency", "Foundation", "Synchronization"]),
        Layer("Metrics", ["Base", "Synchronization", "Glibc"]),
        Layer("Web", ["Access", "Base", "Markup", "HTTPTypes", "Foundation", "CAssets"]),
        Layer(
            "Runtime",
            ["Access", "Base", "Keys", "Markup", "Metrics", "Records", "Store", "Transparency", "Web", "Foundation", "Synchronization"]),
        Layer("Resources", ["Access", "Base", "Records", "Runtime", "Store", "Web", "HTTPTypes", "Foundation"]),
        // What comes in from the network: the kernel on one side, SwiftNIO on the other.
        Layer(
            "Gateway",
            system.union([
                "Access", "Base", "Keys", "Markup", "Metrics", "Records", "Runtime", "Store", "Transparency", "Web", "CBrotli", "CZlib",
                "Gzip",
                "Crypto",
                "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOHTTP2", "NIOPosix", "NIOSSL", "NIOTLS", "SwiftASN1", "X509",
            ])),
        Layer("Backup", system.union(["Base", "Crypto", "Keys", "Runtime", "Store"])),
        Layer("SQLiteEngine", system.union(["Base", "Store", "CSQLite"])),
        Layer("PostgresEngine", system.union(["Base", "Store", "CPostgres"])),
        Layer("Vault", ["Base", "Keys", "Foundation", "FoundationNetworking"]),
        Layer("Disk", ["Base", "Runtime", "Glibc"]),
        Layer("Mail", ["Base", "MailFormat", "Runtime", "NIOCore", "NIOPosix", "NIOSSL", "Synchronization"]),
        // Libraries are pure: what Foundation has for them is arithmetic and text. StyleRules looks for the rest.
        Layer("Passwords", system.union(["Base", "CArgon2", "CAssets"])),
        Layer("Factors", ["Base", "Crypto", "Foundation", "SwiftASN1", "X509"]),
        // Opens the one entry that a certificate brings the key of.
        Layer("Certification", ["Base", "Crypto", "Foundation", "Keys", "Markup", "Transparency"]),
        Layer("Gzip", ["Base", "CZlib"]),
        Layer("MailFormat", ["Base"]),
        Layer("Markup", ["Base", "Foundation"]),
        Layer("Movement", ["Base", "Foundation"]),
        Layer("MovementReport", ["Base", "Markup", "Movement", "Foundation"]),
        Layer("MovementSimulation", ["Movement", "Foundation"]),
        Layer("Vision", system.union(["Base", "Movement", "Crypto", "CFFmpeg", "CLiteRT", "CConfinement"])),
        feature("ExerciseLibrary", ["CAssets"]),
        feature("Identity", ["Crypto", "Glibc", "Passwords", "Synchronization"]),
        feature("Privacy"),
        feature("Evaluation", ["Certification", "Crypto", "Gzip", "Synchronization"]),
        // new-feature: layers
        Layer(
            "IdentityBenchmark",
            system.union(["Access", "Base", "Factors", "FeatureKit", "Identity", "Keys", "Passwords", "Runtime", "TestKit"])),
        Layer("KeysBenchmark", system.union(["Base", "Crypto", "Keys", "PostgresEngine", "SQLiteEngine", "Store"])),
        Layer("StoreBenchmark", system.union(["Access", "Base", "Keys", "PostgresEngine", "Records", "SQLiteEngine", "Store"])),
        Layer("JournalBenchmark", system.union(["Base", "PostgresEngine", "Records", "SQLiteEngine", "Store", "Transparency"])),
        Layer(
            "BackupBenchmark",
            system.union(["Backup", "Base", "Disk", "Keys", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency"])),
        Layer("NamesBenchmark", system.union(["Access", "Base", "Keys", "PostgresEngine", "Records", "SQLiteEngine", "Store"])),
        Layer(
            "SubscriptionBenchmark",
            system.union(["Access", "Base", "Keys", "PostgresEngine", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency"])),
        Layer(
            "LiveBenchmark",
            system.union([
                "Access", "Base", "Gateway", "Keys", "LiveKit", "NIOPosix", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency",
            ])),
        Layer("WatchBenchmark", system.union(["Access", "Base", "Gateway", "HTTPTypes", "Metrics", "Runtime", "Web"])),
        Layer("JobsBenchmark", system.union(["Access", "Base", "PostgresEngine", "Runtime", "SQLiteEngine", "Store"])),
        Layer("Composition", nil),
        Layer("zancada", ["Composition"]),
    ]

    /// What is wrong with `target` importing or depending on `others`; C islands import nothing of ours.
    static func faults(
        of target: String, at path: String, using others: Set<String>, in table: [Layer] = table
    ) -> [String] {
        if path.hasPrefix("Sources/C/") {
            return others.sorted().map { "\(target) is a C island and may not use \($0)" }
        }
        guard let layer = table.first(where: { $0.target == target }) else {
            return ["\(target) has no row in the table of layers"]
        }
        guard let allowed = layer.mayImport else { return [] }
        return others.subtracting(allowed).sorted().map { "\(target) may not use \($0)" }
    }
}
