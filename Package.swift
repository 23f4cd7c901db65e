// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is built with the same settings; the loop at the end applies them.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-warnings-as-errors"]),
]

func kernel(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Kernel/\(name)")
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Libraries/\(name)")
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources)
}

let package = Package(
    name: "zancada",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        kernel("Base"),
        library("Markup", ["Base"]),
        library("Movement", ["Base"]),
        library("MovementReport", ["Base", "Markup", "Movement"]),
        .target(name: "Vision", dependencies: ["Base", "Movement", .product(name: "Crypto", package: "swift-crypto")]),
        .target(name: "MovementSimulation", dependencies: ["Base", "Movement"], path: "Support/MovementSimulation"),
        tests("Base", ["Base"]),
        tests("Markup", ["Markup"]),
        tests("Movement", ["Base", "Movement", "MovementSimulation"]),
        tests("MovementReport", ["Base", "Movement", "MovementReport"]),
        tests("Vision", ["Base", "Movement", "Vision"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + strict
}
