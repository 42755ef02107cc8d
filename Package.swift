// swift-tools-version: 6.2
// The module map. `Tests/ArchitectureTests` compares these edges with the table in
// `docs/architecture.md`; an import that is not an edge here is a build error in CI.
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "referee",
  products: [.executable(name: "referee", targets: ["RefereeCLI"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // C: system libraries and what Swift cannot do
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(
      name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .target(
      name: "CTemplates",
      cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),

    .target(
      name: "CKernels",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])],
      linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CClassifierKernels",
      cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),

    // Data and mathematics
    module("Notation"),
    module("Randomness"),
    module("CanonicalJSON"),
    module("Provenance", ["CanonicalJSON", crypto]),
    module("Study", ["Provenance", "CanonicalJSON", "CTemplates", yams]),
    module("RawStore", ["Provenance", "CanonicalJSON", "CSQLite", grdb]),
    module("Endpoints", ["Study", "Provenance", "CanonicalJSON", "Randomness"]),
    module("Statistics", ["CGSL", "Randomness"]),
    module("Validation", ["Statistics", "Randomness"]),

    module("Kernels", ["CKernels"]),
    module("Tokenizer", ["CanonicalJSON"]),
    module("Model", ["Kernels", "Tokenizer", "CanonicalJSON", "Randomness"]),

    module("Classifier", ["CClassifierKernels", "CanonicalJSON", "Randomness", crypto]),

    // Meaning
    module("Importing", ["RawStore", "Study", "Provenance", "CanonicalJSON", "CZlib", "CZstd"]),
    module(
      "RowAudit",
      [
        "Audit", "RawStore", "Study", "Statistics", "Randomness", "Provenance", "CanonicalJSON",
        "Notation",
      ]),
    module("Probing", ["Model", "Classifier", "Kernels", "Provenance", "CanonicalJSON"]),
    module("Compute", ["Statistics", "Randomness", "CanonicalJSON"]),
    module("Audit", ["Study", "Statistics", "Provenance", "CanonicalJSON", "Notation"]),
    module("Charts", ["CPangoCairo", "CTemplates", "Notation"]),

    // Orchestration
    module(
      "Pipeline",
      [
        "Study", "RawStore", "Endpoints", "Model", "Tokenizer", "Kernels", "Probing", "Classifier",
        "Provenance", "CanonicalJSON",
      ]),
    module(
      "Report",
      [
        "Audit", "RowAudit", "RawStore", "Charts", "Study", "Statistics", "Validation",
        "Provenance", "CanonicalJSON", "Notation", "CTemplates", "CPangoCairo", mustache,
      ]),
    .executableTarget(
      name: "RefereeCLI",
      dependencies: [
        "Report", "Audit", "Charts", "Compute", "Study", "Statistics", "Validation", "Provenance",
        "CanonicalJSON", "Notation", "Randomness", "CTemplates", "CGSL", "CPangoCairo", "COpenBLAS",
        "CSQLite", "Kernels", "Model", "Probing", "Classifier", "RawStore", "Importing",
        "RowAudit", "Tokenizer", "Endpoints", "Pipeline", arguments,
      ],
      swiftSettings: strict),

    // Tests
    .target(
      name: "TestSupport", dependencies: [], path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "StudyFixtures", dependencies: ["Study"], path: "Tests/StudyFixtures",
      swiftSettings: strict),
    tests("Notation", ["Notation"]),
    tests("Randomness", ["Randomness", "CanonicalJSON"], exclude: ["Oracles"]),
    tests("CanonicalJSON", ["CanonicalJSON"]),
    tests("Provenance", ["Provenance", "CanonicalJSON"]),
    tests("Compute", ["Compute", "Statistics", "Randomness", "CanonicalJSON"]),
    tests("Kernels", ["Kernels", "Randomness"], exclude: ["Fixtures"]),
    tests(
      "Tokenizer", ["Tokenizer", "CanonicalJSON", "Randomness"],
      exclude: ["Fixtures", "References"]),
    tests(
      "Model", ["Model", "Kernels", "Tokenizer", "CanonicalJSON", "Randomness"],
      exclude: ["Fixtures", "References"]),
    tests(
      "Probing", ["Probing", "Model", "Classifier", "Kernels", "CanonicalJSON"]),
    tests("Study", ["Study", "StudyFixtures", "Provenance", "CanonicalJSON"]),
    tests("Statistics", ["Statistics", "Randomness", "CanonicalJSON"], exclude: ["Oracles"]),
    tests(
      "Audit",
      [
        "Audit", "Study", "StudyFixtures", "Statistics", "Randomness", "Provenance",
        "CanonicalJSON", "Notation",
      ], exclude: ["Oracles"]),
    tests("RawStore", ["RawStore", "Provenance", "CanonicalJSON"]),
    tests(
      "Importing", ["Importing", "RawStore", "Study", "Provenance", "CanonicalJSON"],
      exclude: ["Fixtures"]),
    tests(
      "RowAudit",
      [
        "RowAudit", "Audit", "RawStore", "Importing", "Study", "Statistics", "Randomness",
        "Provenance", "CanonicalJSON",
      ]),
    tests(
      "Pipeline",
      [
        "Pipeline", "Endpoints", "Study", "RawStore", "Model", "Provenance", "CanonicalJSON",
        "Audit", "RowAudit", "Statistics", "Classifier", "Randomness", "Probing", "Kernels",
      ]),
    tests("Endpoints", ["Endpoints", "Study", "CanonicalJSON"]),
    tests("Validation", ["Validation"]),
    .executableTarget(
      name: "StatisticsBenchmarks", dependencies: ["Statistics"],
      path: "Tests/Benchmarks/StatisticsBenchmarks", swiftSettings: strict),
    .executableTarget(
      name: "EngineBenchmarks", dependencies: ["Probing", "Model", "Kernels"],
      path: "Tests/Benchmarks/EngineBenchmarks", swiftSettings: strict),
    .executableTarget(
      name: "TokenizerBenchmarks", dependencies: ["Tokenizer", "Model"],
      path: "Tests/Benchmarks/TokenizerBenchmarks", swiftSettings: strict),
    tests("Charts", ["Charts", "Notation"], exclude: ["Snapshots"]),
    tests(
      "Report",
      [
        "Report", "Audit", "Charts", "Study", "StudyFixtures", "Statistics", "Validation",
        "Provenance", "CanonicalJSON", "RowAudit", "RawStore", "Randomness",
      ]),
    tests("RefereeCLI", ["Provenance", "CanonicalJSON", "Study"], exclude: ["Snapshots"]),
    tests(
      "Classifier", ["Classifier", "CClassifierKernels", "CanonicalJSON", "Randomness"],
      exclude: ["References"]),
    tests("Architecture"),
  ]
)
