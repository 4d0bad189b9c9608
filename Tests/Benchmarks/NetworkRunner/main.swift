import Foundation
import Images
import Networks

// Runs a network for Tests/Benchmarks/networks: reads commands on standard input, a JSON object a line, and answers
// each with one.

/// What the script asks for.
struct Command: Decodable {
  enum Action: String, Decodable { case load, logits, embeddings, gradients, profile, memory, layers }

  var action: Action
  /// The ONNX file.
  var model: String?
  /// Width and height of the input.
  var size: Int?
  var mean: [Double]?
  var standardDeviation: [Double]?
  var precision: String?
  /// Images computed at once.
  var batch: Int?
  /// A file of 8-bit RGB images of the input's size, one after the other.
  var images: String?
  /// Where gradients are wanted.
  var layer: String?
}

/// What the script is told.
struct Answer: Encodable {
  var seconds: Double?
  var values: [Float]?
  var error: String?
  /// Most bytes that were resident.
  var peakBytes: Int?
  var bytes: Int?
  var layers: [String]?
  var rows: [LayerTiming]?
}

/// The loaded network and its images.
struct Runner {
  var classifier: ONNXClassifier?
  var images: [RGBImage] = []

  mutating func run(_ command: Command) throws -> Answer {
    switch command.action {
    case .load:
      guard let path = command.model, let size = command.size else {
        throw RunnerError("a model and a size are needed")
      }
      let start = ContinuousClock.now
      let preprocessing = try Preprocessing(
        width: size, height: size, mean: command.mean ?? [0, 0, 0],
        standardDeviation: command.standardDeviation ?? [1, 1, 1])
      classifier = try ONNXClassifier(
        bytes: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), preprocessing: preprocessing,
        batchSize: command.batch ?? ONNXClassifier.defaultBatchSize,
        precision: Precision(rawValue: command.precision ?? "f32") ?? .f32)
      if let path = command.images {
        let samples = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let stride = size * size * 3
        images = (0..<samples.count / stride).map {
          RGBImage(width: size, height: size, samples: Array(samples[$0 * stride..<($0 + 1) * stride]))
        }
      }
      return Answer(seconds: Self.seconds(since: start))
    case .logits:
      let start = ContinuousClock.now
      let logits = try loaded().logits(of: images, monitor: .silent)
      return Answer(seconds: Self.seconds(since: start), values: logits.elements)
    case .embeddings:
      let start = ContinuousClock.now
      let embeddings = try loaded().embeddings(of: images, at: command.layer ?? "", monitor: .silent)
      return Answer(seconds: Self.seconds(since: start), values: embeddings.elements)
    case .gradients:
      let start = ContinuousClock.now
      let result = try loaded().gradients(
        ofClass: 0, images: images, at: command.layer ?? "", monitor: .silent)
      return Answer(seconds: Self.seconds(since: start), values: result.gradients.elements)
    case .profile: return Answer(rows: try loaded().profile(images: images, repetitions: 5))
    case .layers: return Answer(layers: try loaded().layers.map(\.name))
    case .memory:
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kibibytes = line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
      return Answer(peakBytes: kibibytes << 10, bytes: classifier?.bufferBytes)
    }
  }

  private func loaded() throws -> ONNXClassifier {
    guard let classifier else { throw RunnerError("no network is loaded") }
    return classifier
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}

struct RunnerError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

var runner = Runner()
while let line = readLine() {
  let answer: Answer
  do {
    answer = try runner.run(try JSONDecoder().decode(Command.self, from: Data(line.utf8)))
  } catch {
    answer = Answer(error: "\(error)")
  }
  FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
}
