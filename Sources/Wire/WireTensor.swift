import Base
import Fields
import Foundation
import JSON

/// Numbers on the wire: 32-bit floats, little-endian, row-major, inline or in a file of the session's folder.
package struct WireTensor: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    case bytes([UInt8])
    /// In a file, from this byte on.
    case file(path: String, offset: Int)
  }

  package var shape: [Int]
  package var content: Content

  package init(shape: [Int], content: Content) {
    self.shape = shape
    self.content = content
  }

  static let types = ["f32", "f32le"]

  package var json: JSONValue {
    var members: [String: JSONValue] = [
      "shape": .array(shape.map { .int(Int64($0)) }), "dtype": .string("f32"),
    ]
    switch content {
    case .bytes(let bytes): members["base64"] = .string(Data(bytes).base64EncodedString())
    case .file(let path, let offset):
      members["path"] = .string(path)
      members["offset"] = .int(Int64(offset))
    }
    return .object(members)
  }

  package static func bytes(of values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * MemoryLayout<Float>.size)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    return bytes
  }

  package static func values(of bytes: [UInt8]) -> [Float] {
    let width = MemoryLayout<Float>.size
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / width).map { index in
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index * width, as: UInt32.self)))
      }
    }
  }
}

extension Schema {
  static let tensor = named(
    "Tensor",
    .object([
      .init("shape", .array(of: .count), "Extents."),
      .init("dtype", .words(WireTensor.types), "32-bit floats, little-endian, row-major."),
      .init("base64", .string, "The numbers' bytes, inline.", isOptional: true),
      .init("path", .string, "A file that holds them, in a folder of the session's own.", isOptional: true),
      .init("offset", .count, "The byte of the file at which they begin; 0 where absent.", isOptional: true),
    ]))
}

extension FieldType where Value == WireTensor {
  /// A tensor of exactly this shape.
  package static func tensor(shape: [Int]) -> FieldType {
    tensor("a tensor {shape: \(shape), dtype: \"f32\", base64} or {…, path, offset}", example: shape) {
      $0 == shape ? shape : nil
    }
  }

  /// A tensor of `rank` axes, none of them empty.
  package static func tensor(rank: Int) -> FieldType {
    tensor(
      "a tensor {shape, dtype: \"f32\", base64} or {…, path, offset}, its shape \(rank) numbers of 1 or more",
      example: [Int](repeating: 1, count: rank)
    ) { shape in
      guard let shape, shape.count == rank, shape.allSatisfy({ $0 > 0 }),
        Extents.product([MemoryLayout<Float>.size] + shape) != nil
      else { return nil }
      return shape
    }
  }

  private static func tensor(
    _ accepted: String, example: [Int], fitting: @escaping @Sendable ([Int]?) -> [Int]?
  ) -> FieldType {
    FieldType(
      accepted, schema: .tensor, example: WireTensor(shape: example, content: .bytes([])).json, write: { $0.json }
    ) { value in
      guard let shape = fitting(extents(value["shape"])), case .string(let type)? = value["dtype"],
        WireTensor.types.contains(type)
      else { return nil }
      if case .string(let path)? = value["path"] {
        switch value["offset"] ?? .int(0) {
        case .int(let offset):
          return Int(exactly: offset).flatMap {
            $0 < 0 ? nil : WireTensor(shape: shape, content: .file(path: path, offset: $0))
          }
        default: return nil
        }
      }
      guard case .string(let text)? = value["base64"], let data = Data(base64Encoded: text) else { return nil }
      return WireTensor(shape: shape, content: .bytes([UInt8](data)))
    }
  }

  private static func extents(_ value: JSONValue?) -> [Int]? {
    guard case .array(let elements)? = value else { return nil }
    let extents = elements.compactMap { element -> Int? in
      if case .int(let number) = element { Int(exactly: number) } else { nil }
    }
    return extents.count == elements.count ? extents : nil
  }
}
