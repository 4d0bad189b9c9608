import Foundation
import Tensors

/// Named tensors read from the bytes of a safetensors file: a length, a JSON header, and the tensors' bytes.
///
/// Everything in the header is checked against the actual bytes before memory is allocated for it. Tensors of integers,
/// which checkpoints use as counters, may lie beside those that are read.
package struct SafetensorsFile: Sendable {
  /// Extents and place of one tensor.
  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// A header's members: tensors, and the file's free-form texts.
  private struct Header: Decodable {
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys where key.stringValue != "__metadata__" {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
      metadata = try container.decodeIfPresent([String: String].self, forKey: Key(stringValue: "__metadata__")) ?? [:]
    }
  }

  private let entries: [String: Entry]
  private let payload: Data
  /// Free-form texts that the file carries beside its tensors.
  package let metadata: [String: String]

  private static let lengthBytes = 8
  /// Bytes of the largest header that is read or written.
  static let largestHeader = 64 << 20
  /// Bytes of a number of each type that the format has.
  private static let widths = [
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4,
    "U32": 4, "F32": 4, "I64": 8, "U64": 8, "F64": 8,
  ]

  /// Throws `StructureError.weights` where the bytes are not a safetensors file.
  package init(_ data: Data) throws {
    guard data.count >= Self.lengthBytes else { throw Self.error("it has \(data.count) bytes, too few for a header") }
    let declared = data.prefix(Self.lengthBytes).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let available = data.count - Self.lengthBytes
    guard let length = Int(exactly: declared), length <= min(available, Self.largestHeader) else {
      throw Self.error("its header claims \(declared) bytes of the \(available) there are")
    }
    let headerStart = data.startIndex + Self.lengthBytes
    let payload = data[(headerStart + length)...]
    do {
      let header = try JSONDecoder().decode(Header.self, from: data[headerStart..<headerStart + length])
      (entries, metadata) = (header.entries, header.metadata)
    } catch {
      throw Self.error("its header is not the JSON object of tensors that it should be")
    }
    self.payload = payload
    for (name, entry) in entries { try Self.check(name, entry, size: payload.count) }
    try Self.checkDisjoint(entries)
  }

  package var names: [String] { entries.keys.sorted() }

  /// 64-bit floats are rounded. Throws `StructureError.weights` where no tensor has that name, or its numbers are not
  /// 32-bit or 64-bit floats.
  package func tensor(_ name: String) throws -> Tensor {
    guard let entry = entries[name] else {
      throw Self.error("it has no tensor \"\(name)\"; there are \(names.joined(separator: ", "))")
    }
    guard ["F32", "F64"].contains(entry.dtype) else {
      throw Self.error("tensor \"\(name)\" is of type \(entry.dtype); F32 and F64 are read")
    }
    let start = payload.startIndex + entry.dataOffsets[0]
    let bytes = payload[start..<payload.startIndex + entry.dataOffsets[1]]
    let values: [Float] = bytes.withUnsafeBytes { raw in
      if entry.dtype == "F64" {
        return (0..<raw.count / 8).map {
          Float(Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))))
        }
      }
      return (0..<raw.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
      }
    }
    return Tensor(shape: entry.shape, elements: values)
  }

  private static func check(_ name: String, _ entry: Entry, size: Int) throws {
    guard let width = widths[entry.dtype] else {
      throw error("tensor \"\(name)\" is of the unknown type \(entry.dtype)")
    }
    guard entry.dataOffsets.count == 2, case let (start, end) = (entry.dataOffsets[0], entry.dataOffsets[1]),
      start >= 0, start <= end, end <= size
    else { throw error("tensor \"\(name)\" lies outside the file") }
    var bytes = width
    for extent in entry.shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw error("tensor \"\(name)\" has an impossible shape") }
      bytes = product
    }
    guard bytes == end - start else {
      throw error("tensor \"\(name)\" of shape \(entry.shape) takes \(bytes) bytes, but \(end - start) are given")
    }
  }

  private static func checkDisjoint(_ entries: [String: Entry]) throws {
    var end = 0
    for entry in entries.values.sorted(by: { $0.dataOffsets.lexicographicallyPrecedes($1.dataOffsets) }) {
      guard entry.dataOffsets[0] >= end else { throw error("its tensors overlap") }
      end = entry.dataOffsets[1]
    }
  }

  private static func error(_ reason: String) -> StructureError { .weights("not a usable safetensors file: \(reason)") }
}
