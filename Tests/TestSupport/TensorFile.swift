import Foundation
import JSON
import RPC

/// A safetensors file as tests read and write it, so that they do not judge the daemon's reader by itself.
package struct TensorFile {
  /// Extents and bytes by name; of the type that `types` says.
  package var tensors: [String: (shape: [Int], bytes: Data)] = [:]
  /// "F32" and the like, by name.
  package var types: [String: String] = [:]
  /// The free-form texts.
  package var metadata: [String: String] = [:]

  /// Reads a file.
  package init(contentsOf url: URL) throws {
    let data = try Data(contentsOf: url)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let payload = Data(data.dropFirst(8 + length))
    guard case .object(let header) = try JSONValue(foundation: Data(data.dropFirst(8).prefix(length))) else {
      throw DaemonProcess.Failure(description: "\(url.path) has no header")
    }
    for (name, entry) in header {
      if name == "__metadata__", case .object(let texts) = entry {
        metadata = texts.compactMapValues(\.text)
        continue
      }
      let offsets = (entry["data_offsets"]?.elements ?? []).compactMap { $0.integer.map(Int.init) }
      types[name] = entry["dtype"]?.text
      tensors[name] = (
        (entry["shape"]?.elements ?? []).compactMap { $0.integer.map(Int.init) },
        Data(payload[offsets[0]..<offsets[1]])
      )
    }
  }

  /// The file's bytes.
  package func bytes() throws -> Data {
    var header: [String: JSONValue] = [:]
    if !metadata.isEmpty { header["__metadata__"] = .object(metadata.mapValues(JSONValue.string)) }
    var payload = Data()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let range = [payload.count, payload.count + tensor.bytes.count]
      header[name] = .object([
        "dtype": .string(types[name] ?? "F32"), "shape": .array(tensor.shape.map { .int(Int64($0)) }),
        "data_offsets": .array(range.map { .int(Int64($0)) }),
      ])
      payload.append(tensor.bytes)
    }
    let text = try JSONValue.object(header).foundationData()
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text + payload
  }

  /// A tensor as the wire has it.
  package func wire(_ name: String) -> JSONValue {
    guard let tensor = tensors[name] else { return .null }
    return .object([
      "shape": .array(tensor.shape.map { .int(Int64($0)) }), "dtype": .string("f32"),
      "base64": .string(tensor.bytes.base64EncodedString()),
    ])
  }

  /// The numbers of 32-bit floats.
  package static func floats(_ bytes: Data) -> [Float] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }
}
