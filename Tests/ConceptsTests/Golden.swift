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
  struct Attention: Decodable {
    var shape: [Int]
    var activations: [Float], gradients: [Float], map: [Float]
    var width: Int, height: Int
  }
  struct Coefficients: Decodable {
    var rows: Int, components: Int
    var points: [Float], dictionary: [Float]
    var coefficients: [Float], residuals: [Double]
  }
  struct Boundary: Decodable {
    var positives: [Float], negatives: [Float]
    var dimensions: Int
    var l2: Double
    var normal: [Float], values: [Float], fastNormal: [Float]
  }

  static func load<Value: Decodable>(_ name: String) throws -> Value {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/concepts/\(name).json")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
  }
}
