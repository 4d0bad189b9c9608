// swift-tools-version: 6.0
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
  name: "vrx",
  products: [
    .executable(name: "vrxd", targets: ["vrxd"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  // Every module that a target imports is declared, and none that it does not import: Tests/clients/test_layout.py holds it.
  targets: [
    // System libraries.
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    // What a build with coverage adds.
    .target(name: "CCoverage"),

    // The method.
    .target(name: "Base", dependencies: ["CCrypto"]),
    .target(name: "Tensors", dependencies: ["COpenBLAS"]),
    .target(name: "Images", dependencies: ["Base", "Tensors", "CJPEG", "CPNG"]),
    .target(
      name: "Networks",
      dependencies: [
        "Base", "Tensors", "Images", "COneDNN", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/onnx.proto"]),
    .target(name: "Concepts", dependencies: ["Base", "Tensors", "Images", "Networks"]),
    .target(name: "Structure", dependencies: ["Base", "Tensors", "Images", "Networks", "Concepts"]),
    .target(name: "Evaluation", dependencies: ["Base", "Tensors", "Images", "Concepts", "Structure"]),
    .target(name: "Store", dependencies: ["Base", database]),
    .target(
      name: "Engine",
      dependencies: ["Base", "Tensors", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Store"]),
    .target(
      name: "Figures",
      dependencies: [
        "Images", "Structure", "Evaluation", "Engine", "CCairo", .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Resources")]),
    .target(
      name: "SyntheticScenes", dependencies: ["Tensors", "Images", "CCairo"], resources: [.copy("Resources")]),

    // The daemon.
    .target(name: "RPC"),
    .target(name: "Wire", dependencies: ["RPC"]),
    .target(
      name: "Server",
      dependencies: [
        "Base", "Tensors", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Engine", "Figures", "RPC",
        "Wire",
      ]),
    .executableTarget(
      name: "vrxd",
      dependencies: [
        "Base", "Images", "Networks", "Engine", "SyntheticScenes", "RPC", "Server", "CCoverage", argumentParser,
      ]),

    // Tests.
    .target(name: "TestSupport", dependencies: ["RPC"], path: "Tests/TestSupport"),
    .testTarget(name: "BaseTests", dependencies: ["Base"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "ImagesTests", dependencies: ["Base", "Images", "TestSupport"]),
    .testTarget(name: "NetworksTests", dependencies: ["Base", "Tensors", "Images", "Networks", "TestSupport"]),
    .testTarget(
      name: "ConceptsTests", dependencies: ["Base", "Tensors", "Images", "Networks", "Concepts", "TestSupport"]),
    .testTarget(
      name: "StructureTests",
      dependencies: ["Base", "Tensors", "Images", "Networks", "Concepts", "Structure", "TestSupport"]),
    .testTarget(
      name: "EvaluationTests", dependencies: ["Base", "Tensors", "Images", "Concepts", "Structure", "Evaluation"]),
    .testTarget(name: "StoreTests", dependencies: ["Base", "Store", database]),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Base", "Tensors", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Store", "Engine",
        "SyntheticScenes", "TestSupport",
      ]),
    .testTarget(
      name: "FiguresTests",
      dependencies: ["Tensors", "Images", "Concepts", "Structure", "Evaluation", "Engine", "Figures", "CCairo"]),
    .testTarget(name: "SyntheticScenesTests", dependencies: ["Tensors", "Images", "Networks", "SyntheticScenes"]),
    .testTarget(name: "RPCTests", dependencies: ["RPC"]),
    .testTarget(name: "WireTests", dependencies: ["RPC", "Wire"]),
    .testTarget(name: "EndToEndTests", dependencies: ["RPC", "TestSupport", "vrxd", database]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Programs that only Tests/Benchmarks runs: it sets the variable.
if Context.environment["VRX_BENCHMARKS"] != nil {
  package.targets += [
    .executableTarget(
      name: "NetworkRunner", dependencies: ["Networks", "Images"], path: "Tests/Benchmarks/NetworkRunner"),
    .executableTarget(name: "SegmenterRunner", dependencies: ["Images"], path: "Tests/Benchmarks/SegmenterRunner"),
  ]
}
