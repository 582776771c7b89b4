// swift-tools-version: 6.2
import PackageDescription

// One rule for every target: no implicit existential, no import that leaks, no warning that stays.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A stage or a base of the pipeline. `dependencies` may only name targets to its left: `.ci/check-imports` holds it to that.
func stage(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target, in the folder of its name, with what all tests share.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name), "TestSupport"] + dependencies,
        // Files that tests find by their own path, not as resources: resources need full Foundation.
        exclude: exclude,
        swiftSettings: settings
    )
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
    name: "runner",
    products: [.executable(name: "runner", targets: ["runner"])],
    dependencies: [
        // The command line: options, help and completion, as every Swift tool has them.
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        // The HTTP client: pools, TLS, proxies, HTTP/2; its response delegate is the cheapest body path there is.
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        // Event loops, buffers and HTTP/1 parsing; comes with the client, and the sandbox serves on it.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        // Decompression with a limit, so that no answer can blow up; comes with the client.
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        // TLS for custom CAs and for the sandbox's own listener; comes with the client.
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        // SHA-256 of every published file and of the plan; RS256 signatures of the sandbox's tokens.
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // Two calls of the C library that its module leaves out: mallopt and sync_file_range.
        .systemLibrary(name: "CLinux"),
        .target(name: "CByteScan"),

        // Bases: they know nothing of jobs.
        stage("Secrets"),
        stage("Diagnostics"),
        stage("YAMLReader", ["CLibYAML", "Diagnostics"]),
        stage("JSONBytes", ["CByteScan"]),

        // The flow, one way only: JobSpec → JobPlan → JobExecution → JobResults.
        stage("JobSpec", ["Secrets", "Diagnostics", "YAMLReader", "JSONBytes"]),
        stage("JobPlan", ["JobSpec", "Secrets", "Diagnostics", "JSONBytes", crypto]),
        stage("JobExecution", ["JobPlan", "JobSpec", "Secrets", "Diagnostics", "JSONBytes"]),
        stage(
            "HTTPTransport",
            [
                "JobExecution", "Secrets", nioCore, nioPosix, nioHTTP1, nioSSL,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
            ]
        ),
        stage(
            "JobResults",
            ["CLinux", "JobExecution", "JobPlan", "JobSpec", "Secrets", "Diagnostics", "JSONBytes", crypto]
        ),
        stage(
            "SandboxServer",
            [
                "JSONBytes", nioCore, nioPosix, nioHTTP1, nioSSL, crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .executableTarget(
            name: "runner",
            dependencies: [
                "JobSpec", "JobPlan", "JobExecution", "HTTPTransport", "JobResults", "SandboxServer",
                "Secrets", "Diagnostics", "YAMLReader", "JSONBytes", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings,
            // One file to copy to a server, and half the start-up of a binary that loads the runtime.
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections",
                        // No plug-in looks for symbols in it, and the loader has 35,000 fewer to go through.
                        "-Xlinker", "--no-export-dynamic",
                    ],
                    .when(platforms: [.linux])
                )
            ]
        ),

        // No test target, and no part of the command.
        .target(
            name: "TestSupport",
            dependencies: ["Diagnostics", "JobSpec"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        tests("Secrets"),
        tests("Diagnostics"),
        tests("YAMLReader", ["Diagnostics"]),
        tests("JSONBytes", ["CByteScan"], exclude: ["Fixtures"]),
        tests("JobSpec", ["Diagnostics", "JSONBytes", "Secrets", "YAMLReader"], exclude: ["Goldens"]),
        tests("JobPlan", ["Diagnostics", "JSONBytes", "JobSpec"], exclude: ["Goldens"]),
        tests("JobExecution", ["Diagnostics", "JSONBytes", "JobPlan", "JobSpec", "Secrets"]),
        tests("HTTPTransport", ["JobExecution", "Secrets", nioCore, nioPosix, nioHTTP1, nioSSL]),
        tests("JobResults", ["Diagnostics", "JSONBytes", "JobExecution", "JobPlan", "JobSpec", "Secrets", crypto]),
        tests("SandboxServer", ["JSONBytes", nioCore, nioPosix, nioHTTP1, nioSSL, crypto]),
        // Runs the built binary as a user would; nothing of it is linked in.
        .testTarget(name: "EndToEndTests", swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Only for those who measure parts alone: nobody else fetches or builds it.
if Context.environment["RUNNER_MICRO_BENCHMARKS"] != nil {
    package.dependencies.append(
        // No traits: they wrap every allocation and retain to count them, which slows down what is measured here.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: [])
    )
    package.targets.append(
        .executableTarget(
            name: "MicroBenchmarks",
            dependencies: [
                "JobSpec", "JobPlan", "JobExecution", "JobResults", "Secrets", "Diagnostics", "YAMLReader", "JSONBytes",
                "TestSupport",
                .product(name: "Benchmark", package: "benchmark"),
            ],
            // The plug-in takes targets whose folder lies in one named Benchmarks.
            path: "Tests/Benchmarks/MicroBenchmarks",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        )
    )
}
