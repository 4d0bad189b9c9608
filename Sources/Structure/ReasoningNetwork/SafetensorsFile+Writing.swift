import Foundation
import Tensors

extension SafetensorsFile {
  private struct WrittenEntry: Encodable {
    var dtype = "F32"
    var shape: [Int]
    var data_offsets: [Int]
  }

  /// A member of the header: a tensor, or the metadata.
  private enum Member: Encodable {
    case tensor(WrittenEntry)
    case metadata([String: String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .tensor(let entry): try container.encode(entry)
      case .metadata(let texts): try container.encode(texts)
      }
    }
  }

  /// The bytes of a file with these tensors, as 32-bit floats in order of their names, and free-form texts.
  package static func bytes(of tensors: [String: Tensor], metadata: [String: String] = [:]) throws -> Data {
    var members: [String: Member] = metadata.isEmpty ? [:] : ["__metadata__": .metadata(metadata)]
    var payload = Data()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = payload.count
      for value in tensor.elements {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { payload.append(contentsOf: $0) }
      }
      members[name] = .tensor(WrittenEntry(shape: tensor.shape, data_offsets: [start, payload.count]))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var header = try encoder.encode(members)
    guard header.count < largestHeader else {
      throw StructureError.weights(
        "the file would need a header of \(header.count >> 20) MiB, and at most \(largestHeader >> 20) MiB are read: export less at once"
      )
    }
    // The tensors start at a multiple of eight bytes.
    header.append(contentsOf: [UInt8](repeating: 0x20, count: (alignment - header.count % alignment) % alignment))
    return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + header + payload
  }

  private static let alignment = 8
}
