import Foundation
import Images

// Cuts pictures into superpixels for Tests/Benchmarks/segmenters: reads commands on standard input, a JSON object a
// line, and answers each with one.

/// What the script asks for.
struct Command: Decodable {
  var picture: String
  var segmenter: String
  /// Segment counts, scales, greatest distances or markers, one for each resolution.
  var sizes: [Double]
  var kernelSize: Double?
}

/// What the script is told.
struct Answer: Encodable {
  /// What all resolutions took; reading the picture is left out.
  var seconds: Double?
  /// The label of each pixel at the first resolution.
  var labels: [Int32]?
  var error: String?
}

func run(_ command: Command) throws -> Answer {
  let image = try RGBImage.read(path: command.picture)
  let start = ContinuousClock.now
  let result: [Superpixels] =
    switch command.segmenter {
    case "felzenszwalb": Felzenszwalb.segment(image, scales: command.sizes)
    case "quickshift":
      Quickshift.segment(image, maxDistances: command.sizes, kernelSize: command.kernelSize ?? 5)
    case "watershed": Watershed.segment(image, markers: command.sizes.map { Int($0) })
    default: SLIC.segment(image, segments: command.sizes.map { Int($0) })
    }
  return Answer(seconds: (ContinuousClock.now - start) / .seconds(1), labels: result.first?.labels)
}

while let line = readLine() {
  let answer: Answer
  do {
    answer = try run(try JSONDecoder().decode(Command.self, from: Data(line.utf8)))
  } catch {
    answer = Answer(error: "\(error)")
  }
  FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
}
