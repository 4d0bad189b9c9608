import Foundation
import SwiftProtobuf

/// A tensor that is known before the network runs: a weight, or a part of a shape.
struct Constant: Sendable, Equatable {
  /// Elements, row-major.
  enum Elements: Sendable, Equatable {
    case floats([Float])
    case integers([Int])
  }

  var shape: [Int]
  var elements: Elements

  /// Most elements of one constant.
  static let maxElements = 1 << 30

  init(shape: [Int], floats: [Float]) {
    self.shape = shape
    elements = .floats(floats)
  }

  init(shape: [Int], integers: [Int]) {
    self.shape = shape
    elements = .integers(integers)
  }

  var count: Int {
    switch elements {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }

  /// The elements as floats.
  var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }

  /// The elements as integers; floats that are none are cut off at zero fraction, clamped to what an integer holds.
  var integers: [Int] {
    switch elements {
    case .integers(let values): values
    case .floats(let values): values.map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }
    }
  }

  /// Reads a tensor of the file, checking that its data fit its shape.
  init(_ tensor: Vrx_Onnx_Tensor) throws {
    func failure(_ reason: String, _ kind: NetworkError.Kind = .unreadable) -> NetworkError {
      NetworkError(kind, "constant \"\(tensor.name)\": \(reason)")
    }
    guard tensor.dataLocation == 0 else {
      throw failure("its data is in another file; export the model as one file", .unsupported)
    }
    var count = 1
    shape = []
    for extent in tensor.dims {
      guard let extent = Int(exactly: extent), extent >= 0 else { throw failure("an extent of \(extent)") }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Self.maxElements else { throw failure("shape \(tensor.dims) is too large") }
      count = product
      shape.append(extent)
    }
    let found: Elements
    switch tensor.dataType {
    case 1:
      found = .floats(
        tensor.hasRawData ? Self.raw(tensor, as: UInt32.self).map { Float(bitPattern: $0) } : tensor.floatData)
    case 10:
      let bits =
        tensor.hasRawData
        ? Self.raw(tensor, as: UInt16.self) : tensor.int32Data.map { UInt16(truncatingIfNeeded: $0) }
      found = .floats(bits.map { Float(Float16(bitPattern: $0)) })
    case 11:
      found = .floats(
        tensor.hasRawData
          ? Self.raw(tensor, as: UInt64.self).map { Float(Double(bitPattern: $0)) }
          : tensor.doubleData.map { Float($0) })
    case 7:
      found = .integers(
        tensor.hasRawData
          ? Self.raw(tensor, as: Int64.self).map { Int($0) } : tensor.int64Data.map { Int($0) })
    case 6:
      found = .integers(
        tensor.hasRawData ? Self.raw(tensor, as: Int32.self).map { Int($0) } : tensor.int32Data.map { Int($0) })
    case 9, 2:
      found = .integers(tensor.hasRawData ? tensor.rawData.map { Int($0) } : tensor.int32Data.map { Int($0) })
    default: throw failure("element type \(tensor.dataType) is not supported", .unsupported)
    }
    elements = found
    guard self.count == count else {
      throw failure("shape \(tensor.dims) needs \(count) elements, the file holds \(self.count)")
    }
  }

  /// Little-endian numbers of the raw data; what is left over at the end is dropped, so that the count check fails.
  private static func raw<Number: FixedWidthInteger>(_ tensor: Vrx_Onnx_Tensor, as type: Number.Type) -> [Number] {
    let size = MemoryLayout<Number>.size
    return tensor.rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self))
      }
    } + (tensor.rawData.count % size == 0 ? [] : [0])
  }
}
