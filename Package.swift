// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is built with the same settings; the loop at the end applies them.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-warnings-as-errors", "-cross-module-optimization"]),
]

/// A little C of our own around a library that comes with the system.
func island(_ name: String, linking libraries: [String]) -> Target {
    .target(
        name: name, path: "Sources/C/\(name)", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// What Swift's own libraries need where they are linked into a program.
let insideSwift = [
    "_CFURLSessionInterface", "_CFXMLInterface", "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections",
    "curl", "xml2",
]

func kernel(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Kernel/\(name)")
}

/// A database behind Store, by its own C library.
func engine(_ name: String, _ island: Target.Dependency) -> Target {
    .target(name: "\(name)Engine", dependencies: ["Base", "Store", island], path: "Sources/Engines/\(name)")
}

/// Another program's service behind a port of ours.
func remote(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Remotes/\(name)")
}

/// A capability: on the kernel, never on another one.
func feature(_ name: String, _ more: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ["Access", "Base", "Records", "Runtime", "Store", "Web"] + more, path: "Sources/Features/\(name)")
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Libraries/\(name)")
}

/// Numbers to compare with stand in a folder `Goldens`, which goes along.
func tests(_ name: String, _ dependencies: [Target.Dependency], goldens: Bool = false) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: goldens ? [.copy("Goldens")] : [])
}

let package = Package(
    name: "zancada",
    products: [.executable(name: "zancada", targets: ["zancada"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    ],
    targets: [
        kernel("Base", [.product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log")]),
        kernel("Store", ["Base"]),
        kernel("Access", ["Base", "Store", .product(name: "Crypto", package: "swift-crypto")]),
        kernel("Keys", ["Base", "Store", .product(name: "Crypto", package: "swift-crypto")]),
        kernel("Transparency", ["Base", .product(name: "Crypto", package: "swift-crypto")]),
        kernel("Records", ["Access", "Base", "Keys", "Store", "Transparency"]),
        kernel("Metrics", ["Base"]),
        kernel("Web", ["Access", "Base", "CAssets", "Markup", .product(name: "HTTPTypes", package: "swift-http-types")]),
        kernel("Runtime", ["Access", "Base", "Keys", "Markup", "Records", "Store", "Transparency", "Web"]),
        // Kinds of record as resources of HTTP.
        kernel(
            "Resources", ["Access", "Base", "Records", "Runtime", "Store", "Web", .product(name: "HTTPTypes", package: "swift-http-types")]),
        .systemLibrary(name: "CSQLite", path: "Sources/C/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CPostgres", path: "Sources/C/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        kernel(
            "Backup",
            ["Base", "Keys", "Runtime", "Store", .product(name: "Crypto", package: "swift-crypto")]),
        engine("SQLite", "CSQLite"),
        engine("Postgres", "CPostgres"),
        remote("Vault", ["Base", "Keys"]),
        remote("Disk", ["Base", "Runtime"]),
        remote(
            "Mail",
            [
                "Base", "MailFormat", "Runtime", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .systemLibrary(
            name: "CQREncode", path: "Sources/C/CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        // Argon2, by Debian's libargon2-dev.
        .systemLibrary(name: "CArgon2", path: "Sources/C/CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        // Passwords: which will do, and what is kept of them.
        library("Passwords", ["Base", "CArgon2", "CAssets"]),
        // Second factors: codes and passkeys, checked by whoever has the bytes.
        library(
            "Factors",
            [
                "Base", .product(name: "Crypto", package: "swift-crypto"), .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        // What clinicians sign, and how anyone checks it.
        library(
            "Certification", ["Base", "Keys", "Markup", "Transparency", .product(name: "Crypto", package: "swift-crypto")]),
        library("Gzip", ["Base", "CZlib"]),
        library("MailFormat", ["Base"]),
        library("Markup", ["Base"]),
        library("Movement", ["Base"]),
        library("MovementReport", ["Base", "Markup", "Movement"]),
        // Made-up people before made-up cameras: for tests, and for a demonstration that shows nobody.
        library("MovementSimulation", ["Movement"]),
        // FFmpeg as Debian builds it: pkg-config names one library, the module map links the others.
        .systemLibrary(
            name: "CFFmpeg", path: "Sources/C/CFFmpeg", pkgConfig: "libavformat",
            providers: [.apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswscale-dev"])]),
        island("CLiteRT", linking: ["dl"]),
        // Descriptors passed between processes.
        island("CDescriptors", linking: []),
        // The walls around the process that decodes video, by Debian's libseccomp-dev.
        island("CConfinement", linking: ["seccomp"]),
        // Files that are part of the program, by C23's #embed.
        .target(
            name: "CAssets", path: "Sources/C/CAssets", exclude: ["common_passwords.txt", "exercises.json", "Pages"],
            cSettings: [.unsafeFlags(["-std=gnu23", "-Wall", "-Wextra", "-Werror"])]),
        // zlib and brotli, as Debian builds them.
        .systemLibrary(name: "CZlib", path: "Sources/C/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CBrotli", path: "Sources/C/CBrotli", pkgConfig: "libbrotlienc", providers: [.apt(["libbrotli-dev"])]),
        .target(
            name: "Gateway",
            dependencies: [
                "Access", "Base", "CBrotli", "CZlib", "Gzip", "Keys", "Markup", "Metrics", "Records", "Runtime", "Store", "Web",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        feature("ExerciseLibrary", ["CAssets", "Keys", "Resources", .product(name: "HTTPTypes", package: "swift-http-types")]),
        feature(
            "Identity",
            [
                "Factors", "Keys", "Markup", "Passwords", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        feature(
            "Privacy",
            ["Keys", "Markup", "Resources", "Transparency", .product(name: "HTTPTypes", package: "swift-http-types")]),
        feature(
            "Evaluation",
            [
                "Certification", "Gzip", "Keys", "Markup", "Movement", "MovementReport", "Resources", "Transparency",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        // new-feature: targets
        .target(name: "Vision", dependencies: ["Base", "CConfinement", "CFFmpeg", "CLiteRT", "Movement"]),
        .target(
            name: "Composition",
            dependencies: [
                "Access", "Backup", "Base", "CDescriptors", "CQREncode", "Certification", "Disk", "Evaluation", "ExerciseLibrary",
                "Factors", "Gateway",
                "Identity",
                "Keys",
                "Mail", "MailFormat", "Metrics", "Movement", "MovementReport", "MovementSimulation", "Passwords", "PostgresEngine",
                "Privacy", "Records",
                "Resources",
                "Runtime", "SQLiteEngine", "Store", "Transparency",
                "Vault",
                "Vision", "Web",
                // new-feature: composition
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Sources/App/Composition"),
        // With Swift's own libraries inside, which makes a request a third cheaper (docs/http.md). No test may depend on it: it would
        // be linked so as well.
        .executableTarget(
            name: "zancada", dependencies: ["Composition"], path: "Sources/App/zancada",
            linkerSettings: [.unsafeFlags(["-static-stdlib"])] + insideSwift.map { .linkedLibrary($0) }),
        // Simulated people, cameras and landmark errors, for the tests and the benchmarks.
        // A disk in memory whose power can be cut, and SQLite's way to it.
        .target(name: "PowerCut", dependencies: ["Base", "CSQLite"], path: "Support/PowerCut"),
        // Writes that follow from a seed, and the verdict over what is left of them.
        .target(name: "WriteHistory", dependencies: ["Base", "Store"], path: "Support/WriteHistory"),
        // Each parser that is written by hand, for scripts/fuzz and for the tests.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Access", "Backup", "Base", "Certification", "Factors", "Gateway", "Keys", "MailFormat", "Markup", "Passwords",
                "PostgresEngine", "Records",
                "Resources", "Runtime", "Store", "Transparency", "Vault", "Web", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ], path: "Support/FuzzTargets"),
        // Fresh databases on every engine, a network that fails, a pretended server.
        .target(
            name: "TestKit", dependencies: ["Base", "CPostgres", "PostgresEngine", "SQLiteEngine", "Store"], path: "Support/TestKit"),
        // An organisation with a feature at work in it.
        .target(
            name: "FeatureKit",
            dependencies: ["Access", "Base", "Keys", "Records", "Resources", "Runtime", "Store", "TestKit", "Transparency"],
            path: "Support/FeatureKit"),
        // A server of nothing but live updates.
        .target(
            name: "LiveKit",
            dependencies: [
                "Access", "Base", "Gateway", "Web", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Support/LiveKit"),
        // What `make new-feature` copies; built and tested as everything else.
        .target(name: "Skeleton", dependencies: ["Access", "Base", "Records", "Runtime", "Store"], path: "Support/Skeleton"),
        // What a round costs, by the processor's clock: for every benchmark that asks so.
        .target(name: "BenchmarkKit", path: "benchmarks/BenchmarkKit"),
        // What the store and records cost; `benchmarks/store`, `postgres` and `records` run it beside their peers.
        .executableTarget(
            name: "StoreBenchmark", dependencies: ["Access", "Base", "Keys", "PostgresEngine", "Records", "SQLiteEngine", "Store"],
            path: "benchmarks/StoreBenchmark"),
        // What asking who asks costs.
        .executableTarget(
            name: "AccessBenchmark",
            dependencies: ["Access", "Base", "BenchmarkKit", "Store", .product(name: "Crypto", package: "swift-crypto")],
            path: "benchmarks/AccessBenchmark"),
        // What counting, limits, logs and caches cost a request.
        .executableTarget(
            name: "WatchBenchmark",
            dependencies: [
                "Access", "Base", "BenchmarkKit", "Gateway", "Metrics", "Runtime", "Web",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "benchmarks/WatchBenchmark"),
        // What finding out who asks costs, by token and by cookie.
        .executableTarget(
            name: "IdentityBenchmark",
            dependencies: [
                "Access", "Base", "BenchmarkKit", "Factors", "FeatureKit", "Identity", "Keys", "Passwords", "Runtime", "TestKit",
            ],
            path: "benchmarks/IdentityBenchmark"),
        tests("Access", ["Access", "Base", "Store", "TestKit", .product(name: "Crypto", package: "swift-crypto")], goldens: true),
        // What the journal's tree, its proofs and its verification cost.
        .executableTarget(
            name: "JournalBenchmark", dependencies: ["Base", "PostgresEngine", "Records", "SQLiteEngine", "Store", "Transparency"],
            path: "benchmarks/JournalBenchmark"),
        // What keys cost: sealing, opening, wrapping, and the roll of an epoch.
        .executableTarget(
            name: "KeysBenchmark",
            dependencies: ["Base", "Keys", "PostgresEngine", "SQLiteEngine", "Store", .product(name: "Crypto", package: "swift-crypto")],
            path: "benchmarks/KeysBenchmark"),
        // What backups and restores cost; `benchmarks/backup` runs it beside restic.
        .executableTarget(
            name: "BackupBenchmark",
            dependencies: ["Backup", "Base", "Disk", "Keys", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency"],
            path: "benchmarks/BackupBenchmark"),
        // What finding people by part of their sealed names costs, beside the same in clear.
        .executableTarget(
            name: "NamesBenchmark",
            dependencies: ["Access", "Base", "BenchmarkKit", "Keys", "PostgresEngine", "Records", "SQLiteEngine", "Store"],
            path: "benchmarks/NamesBenchmark"),
        tests(
            "Composition",
            ["Access", "Base", "Composition", "ExerciseLibrary", "Keys", "Records", "Runtime", "Store", "TestKit", "Transparency"]),
        // How far subscriptions are behind, and how fast they catch up.
        .executableTarget(
            name: "SubscriptionBenchmark",
            dependencies: ["Access", "Base", "Keys", "PostgresEngine", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency"],
            path: "benchmarks/SubscriptionBenchmark"),
        // What idle connections cost, and how fast all of them hear.
        // A door with nothing behind it but a file; `benchmarks/http stream` runs it beside nginx.
        .executableTarget(
            name: "DoorBenchmark",
            dependencies: [
                "Access", "Base", "Gateway", "Web", .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "benchmarks/DoorBenchmark"),
        .executableTarget(
            name: "LiveBenchmark",
            dependencies: [
                "Access", "Base", "Gateway", "Keys", "LiveKit", "Records", "Runtime", "SQLiteEngine", "Store", "Transparency",
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "benchmarks/LiveBenchmark"),
        // What jobs cost, from asking to starting, and how many a second; `benchmarks/jobs` runs it beside its peers.
        .executableTarget(
            name: "JobsBenchmark", dependencies: ["Access", "Base", "PostgresEngine", "Runtime", "SQLiteEngine", "Store"],
            path: "benchmarks/JobsBenchmark"),
        tests("Architecture", []),
        tests("Backup", ["Backup", "Base", "Disk", "Keys", "Runtime", "Store", "TestKit"]),
        tests("Base", ["Base", .product(name: "Logging", package: "swift-log")]),
        tests("ExerciseLibrary", ["Access", "Base", "ExerciseLibrary", "FeatureKit", "Records", "Runtime", "Store", "TestKit"]),
        tests("Skeleton", ["Access", "Base", "FeatureKit", "Records", "Runtime", "Skeleton", "Store", "TestKit"]),
        tests(
            "Identity",
            [
                "Access", "Base", "Factors", "FeatureKit", "Identity", "Keys", "Passwords", "Privacy", "Records", "Resources", "Runtime",
                "Store", "TestKit", "Web",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests(
            "Privacy",
            [
                "Access", "Base", "FeatureKit", "Keys", "Privacy", "Records", "Runtime", "Store", "TestKit", "Transparency", "Web",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests("Certification", ["Base", "Certification", "FuzzTargets", "Transparency"]),
        tests(
            "Evaluation",
            [
                "Access", "Base", "Certification", "Evaluation", "FeatureKit", "Gzip", "Keys", "Movement", "MovementSimulation", "Records",
                "Resources", "Runtime", "Store", "TestKit", "Transparency", "Web", .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests("Gzip", ["Base", "Gzip"]),
        // new-feature: tests
        tests(
            "Gateway",
            [
                "Access", "Base", "FeatureKit", "Gateway", "Keys", "LiveKit", "Metrics", "Records", "Runtime", "Store", "TestKit",
                "Transparency", "Web",
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests("Passwords", ["Base", "Passwords"]),
        tests("Factors", ["Base", "Factors", .product(name: "Crypto", package: "swift-crypto")], goldens: true),
        tests("Fuzz", ["Base", "FuzzTargets"]),
        tests("Keys", ["Base", "Keys", "Store", "TestKit", .product(name: "Crypto", package: "swift-crypto")], goldens: true),
        tests(
            "Mail",
            [
                "Access", "Base", "FeatureKit", "Keys", "Mail", "MailFormat", "Markup", "Records", "Runtime", "Store", "TestKit",
            ]),
        tests("Markup", ["Base", "Markup"]),
        tests("Metrics", ["Base", "Metrics"]),
        tests("Movement", ["Base", "Movement", "MovementSimulation"]),
        tests("MovementReport", ["Base", "Markup", "Movement", "MovementReport"]),
        tests("Records", ["Access", "Base", "Keys", "Records", "SQLiteEngine", "Store", "TestKit", "Transparency"], goldens: true),
        tests(
            "Resources",
            [
                "Access", "Base", "ExerciseLibrary", "FeatureKit", "Records", "Resources", "Runtime", "Store", "TestKit", "Web",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
        tests("Runtime", ["Access", "Base", "Keys", "Records", "Runtime", "SQLiteEngine", "Store", "TestKit", "Transparency"]),
        tests("SQLiteEngine", ["Base", "CSQLite", "SQLiteEngine", "Store"]),
        tests("PostgresEngine", ["Base", "PostgresEngine", "Store"]),
        tests("Store", ["Base", "SQLiteEngine", "Store"]),
        tests("StoreConformance", ["Base", "Store", "TestKit"]),
        tests(
            "PowerCut",
            [
                "Access", "Base", "CSQLite", "Keys", "PostgresEngine", "PowerCut", "Records", "Runtime", "SQLiteEngine", "Store",
                "StoreVictim", "Transparency", "WriteHistory",
            ]),
        tests(
            "System",
            ["Base", "Certification", "FuzzTargets", "TestKit", "Transparency", .product(name: "Crypto", package: "swift-crypto")]),
        tests("Transparency", ["Base", "Transparency"]),
        tests("Web", ["Access", "Base", "Markup", "Web", .product(name: "HTTPTypes", package: "swift-http-types")]),
        tests("Vault", ["Base", "Keys", "Store", "TestKit", "Vault"]),
        tests("Vision", ["Base", "ConfinedProbe", "Movement", "Vision"], goldens: true),
        // A program that misbehaves on request, for the tests of the walls.
        .executableTarget(name: "ConfinedProbe", dependencies: ["Base", "Vision"], path: "Tests/ConfinedProbe"),
        // A program that writes to SQLite until it is killed.
        .executableTarget(
            name: "StoreVictim", dependencies: ["Base", "SQLiteEngine", "Store", "WriteHistory"], path: "Tests/StoreVictim"),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system && !(target.path ?? "").hasPrefix("Sources/C/") {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
}
