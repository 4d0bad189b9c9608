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
    // System libraries, and what leans on them in C and C++.
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
      name: "NetworkRuntime", exclude: ["README.md"], cxxSettings: [.headerSearchPath(".")],
      linkerSettings: [.linkedLibrary("dnnl")]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    // What a build with coverage adds.
    .target(name: "CCoverage"),

    // The method.
    .target(name: "JSON"),
    .target(name: "Base", dependencies: ["CCrypto"]),
    .target(name: "Fields", dependencies: ["JSON"]),
    .target(name: "Tensors", dependencies: ["COpenBLAS", "Base", "Fields"]),
    .target(name: "Images", dependencies: ["CPNG", "CJPEG", "Base", "Fields", "Tensors"]),
    .target(name: "Drawing", dependencies: ["CCairo", "Images"]),
    .target(
      name: "Networks",
      dependencies: [
        "NetworkRuntime", "Base", "Fields", "Tensors", "Images",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ], exclude: ["ONNX/onnx.proto"]),
    .target(name: "Concepts", dependencies: ["Base", "Fields", "Tensors", "Images", "Networks"]),
    .target(name: "Structure", dependencies: ["Base", "Fields", "Tensors", "Images", "Networks", "Concepts"]),
    .target(name: "Evaluation", dependencies: ["Base", "Fields", "Tensors", "Images", "Concepts", "Structure"]),
    .target(name: "Reports", dependencies: ["Fields", "Tensors", "Images", "Networks", "Concepts", "Structure"]),
    .target(name: "Store", dependencies: ["Base", "Fields", database]),
    .target(
      name: "Bank",
      dependencies: [
        "Base", "Fields", "Tensors", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Reports", "Store",
      ]),
    .target(
      name: "Readings",
      dependencies: [
        "Base", "Fields", "Tensors", "Images", "Networks", "Concepts", "Structure", "Reports", "Store", "Bank",
      ]),
    .target(
      name: "Engine",
      dependencies: [
        "Base", "Tensors", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Reports", "Store",
        "Bank", "Readings",
      ]),
    .target(
      name: "Figures",
      dependencies: [
        "Images", "Drawing", "Concepts", "Structure", "Evaluation", "Reports",
        .product(name: "Mustache", package: "swift-mustache"),
      ], resources: [.embedInCode("Resources")]),
    .target(name: "SyntheticScenes", dependencies: ["Tensors", "Images", "Drawing"], resources: [.copy("Resources")]),

    // The daemon.
    .target(name: "RPC", dependencies: ["JSON"]),
    .target(
      name: "Wire",
      dependencies: [
        "JSON", "Base", "Fields", "Images", "Networks", "Concepts", "Structure", "Evaluation", "Reports", "RPC",
      ]),
    .target(
      name: "Server",
      dependencies: [
        "JSON", "Base", "Fields", "Tensors", "Images", "Drawing", "Networks", "Concepts", "Structure", "Evaluation",
        "Reports", "Bank", "Readings", "Engine", "Figures", "RPC", "Wire",
      ]),
    .executableTarget(
      name: "vrxd",
      dependencies: [
        "CCoverage", "JSON", "Base", "Images", "Networks", "Engine", "SyntheticScenes", "RPC", "Server", argumentParser,
      ]),

    // Tests.
    .target(name: "TestSupport", dependencies: ["JSON", "Fields", "RPC"], path: "Tests/TestSupport"),
    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "BaseTests", dependencies: ["Base"]),
    .testTarget(name: "FieldsTests", dependencies: ["JSON", "Fields"]),
    .testTarget(name: "TensorsTests", dependencies: ["COpenBLAS", "Base", "Tensors"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images", "TestSupport"]),
    .testTarget(name: "DrawingTests", dependencies: ["Images", "Drawing"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["JSON", "Base", "Fields", "Tensors", "Images", "Networks", "TestSupport"]),
    .testTarget(
      name: "ConceptsTests",
      dependencies: ["JSON", "Base", "Fields", "Tensors", "Images", "Networks", "Concepts", "TestSupport"]),
    .testTarget(
      name: "StructureTests",
      dependencies: ["JSON", "Base", "Fields", "Tensors", "Images", "Networks", "Concepts", "Structure", "TestSupport"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Base", "Fields", "Tensors", "Images", "Concepts", "Structure", "Evaluation"]),
    .testTarget(name: "StoreTests", dependencies: ["Base", "Fields", "Store", database]),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "JSON", "Base", "Fields", "Tensors", "Images", "Networks", "Concepts", "Structure", "Reports", "Store",
        "Bank", "Readings", "Engine", "SyntheticScenes", "TestSupport",
      ]),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "Tensors", "Images", "Drawing", "Concepts", "Structure", "Evaluation", "Reports", "Engine", "Figures",
      ]),
    .testTarget(name: "SyntheticScenesTests", dependencies: ["Images", "Drawing", "Networks", "SyntheticScenes"]),
    .testTarget(name: "RPCTests", dependencies: ["JSON", "RPC"]),
    .testTarget(name: "WireTests", dependencies: ["JSON", "Fields", "Concepts", "RPC", "Wire"]),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "JSON", "Base", "Fields", "Tensors", "Images", "Drawing", "Concepts", "Structure", "Reports", "Bank",
        "Engine",
        "SyntheticScenes", "RPC", "Wire", "Server", "TestSupport",
      ]),
    .testTarget(name: "EndToEndTests", dependencies: ["JSON", "RPC", "TestSupport", "vrxd", database]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)

// Programs that only Tests/Benchmarks runs: it sets the variable.
if Context.environment["VRX_BENCHMARKS"] != nil {
  package.targets += [
    .executableTarget(
      name: "NetworkRunner", dependencies: ["Images", "Networks"], path: "Tests/Benchmarks/NetworkRunner"),
    .executableTarget(name: "SegmenterRunner", dependencies: ["Images"], path: "Tests/Benchmarks/SegmenterRunner"),
  ]
}
