import Base
import Foundation
import Images

/// Inputs and the outputs that belong to them, as ONNX test data are laid out: input_0.pb, …, output_0.pb, …
package struct ModelTestData: Sendable {
  package var name: String
  /// In the order of the graph's inputs.
  package var inputs: [GraphTensor]
  /// In the order of the graph's outputs.
  package var outputs: [GraphTensor]

  /// Reads one folder; throws `NetworkError` where a file is not a tensor.
  package init(folder: URL) throws {
    name = folder.lastPathComponent
    inputs = try Self.tensors("input", in: folder)
    outputs = try Self.tensors("output", in: folder)
    guard !outputs.isEmpty else {
      throw NetworkError(.unreadable, "\(folder.path) holds no output_0.pb: it is not ONNX test data")
    }
  }

  /// The folders of test data in `folder`: itself, or those within it that are named test_data_set_*, in order.
  package static func folders(in folder: URL) -> [URL] {
    let files = FileManager.default
    if files.fileExists(atPath: folder.appendingPathComponent("output_0.pb").path) { return [folder] }
    let names = (try? files.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("test_data_set_") }
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { folder.appendingPathComponent($0) }
  }

  private static func tensors(_ kind: String, in folder: URL) throws -> [GraphTensor] {
    var tensors: [GraphTensor] = []
    while true {
      let path = folder.appendingPathComponent("\(kind)_\(tensors.count).pb").path
      guard FileManager.default.fileExists(atPath: path) else { return tensors }
      do {
        tensors.append(
          try GraphTensor(fileBytes: RegularFile.bytes(path: path, maxBytes: DecodingOptions.defaultMaxFileBytes)))
      } catch {
        throw NetworkError(.unreadable, "\(path): \(error)")
      }
    }
  }
}
