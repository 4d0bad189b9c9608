import Foundation

/// Reference values made by `Tests/Fixtures/concepts/make.py`.
enum Golden {
  struct Clustering: Decodable {
    var rows: Int, clusters: Int, restarts: Int
    var points: [Float]
    var meanInertia: Double, bestInertia: Double
  }
  struct Factorization: Decodable {
    var rows: Int, components: Int, restarts: Int
    var points: [Float]
    var meanError: Double, leastError: Double
  }
  struct Boundary: Decodable {
    var positives: [Float], negatives: [Float]
    var dimensions: Int
    var l2: Double
    var normal: [Float], values: [Float]
  }

  static func load<Value: Decodable>(_ name: String) throws -> Value {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/concepts/\(name).json")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }
}
