// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "vrx",
  products: [
    .executable(name: "vrxd", targets: ["vrxd"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "3.12.3"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // System libraries.
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    // What a build with coverage adds.
    .target(name: "CCoverage"),

    // The method.
    .target(name: "Tensors", dependencies: ["COpenBLAS"]),
    .target(name: "Images", dependencies: ["Tensors", "CJPEG", "CPNG"]),
    .target(
      name: "Networks",
      dependencies: ["Tensors", "Images", "COneDNN", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["ONNX/onnx.proto"]),
    .target(name: "Concepts", dependencies: ["Tensors", "Images", "Networks"]),
    .target(name: "Structure", dependencies: ["Tensors", "Images", "Networks", "Concepts"]),
    .target(
      name: "Store",
      dependencies: [
        "Tensors", .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(name: "Engine", dependencies: ["Tensors", "Images", "Networks", "Concepts", "Structure", "Store"]),
    .target(
      name: "Figures",
      dependencies: ["Images", "Engine", "CCairo", .product(name: "Mustache", package: "swift-mustache")],
      resources: [.embedInCode("Resources")]),
    .target(
      name: "SyntheticScenes", dependencies: ["Tensors", "Images", "CCairo"], resources: [.copy("Resources")]),

    // The daemon.
    .target(name: "RPC"),
    .target(name: "Wire", dependencies: ["RPC"]),
    .target(name: "Server", dependencies: ["RPC", "Wire", "Engine", "Figures", "Images"]),
    .executableTarget(
      name: "vrxd",
      dependencies: [
        "Server", "SyntheticScenes", "RPC", "Wire", "Engine", "Networks", "Images", "CCoverage",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Measurements: Tests/Benchmarks/networks and segmenters run them.
    .executableTarget(
      name: "NetworkRunner", dependencies: ["Networks", "Images"], path: "Tests/Benchmarks/NetworkRunner"),
    .executableTarget(
      name: "SegmenterRunner", dependencies: ["Images"], path: "Tests/Benchmarks/SegmenterRunner"),

    // Tests.
    .target(name: "TestSupport", dependencies: ["Images", "RPC", "Wire"], path: "Tests/TestSupport"),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "ImagesTests", dependencies: ["Images", "TestSupport"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks", "TestSupport"]),
    .testTarget(name: "ConceptsTests", dependencies: ["Concepts", "TestSupport"]),
    .testTarget(name: "StructureTests", dependencies: ["Structure", "TestSupport"]),
    .testTarget(name: "StoreTests", dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "Engine", "Store", "Structure", "Concepts", "Networks", "Images", "Tensors", "SyntheticScenes", "TestSupport",
      ]),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "Figures", "Engine", "Structure", "Concepts", "Images", "Tensors", "CCairo", "TestSupport",
      ]),
    .testTarget(name: "SyntheticScenesTests", dependencies: ["SyntheticScenes", "Networks", "TestSupport"]),
    .testTarget(name: "RPCTests", dependencies: ["RPC", "TestSupport"]),
    .testTarget(name: "WireTests", dependencies: ["Wire", "TestSupport"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["TestSupport", "SyntheticScenes", "vrxd", .product(name: "GRDB", package: "GRDB.swift")]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
