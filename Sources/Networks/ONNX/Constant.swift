import Foundation
import SwiftProtobuf

/// A tensor that is known before the network runs: a weight, or extents of a shape.
struct Constant: Sendable, Equatable {
  /// Elements, row-major.
  enum Elements: Sendable, Equatable {
    case floats([Float])
    case integers([Int])
  }

  var shape: [Int]
  var elements: Elements
  /// The type that a file gives them; nil for a computed tensor.
  var type: ElementType?

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

  var floats: [Float] {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    }
  }

  var isInteger: Bool { if case .integers = elements { true } else { false } }

  /// The elements as integers; floats lose their fraction; those that no integer holds become 0.
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
      throw failure("its data is in another file, which was not read; load the model by its path", .unsupported)
    }
    shape = []
    for extent in tensor.dims {
      guard let extent = Int(exactly: extent), extent >= 0 else { throw failure("an extent of \(extent)") }
      shape.append(extent)
    }
    guard let count = Self.elementCount(shape) else { throw failure("shape \(tensor.dims) is too large") }
    guard let type = ElementType(rawValue: tensor.dataType), type != .string else {
      throw failure("element type \(tensor.dataType) is not supported", .unsupported)
    }
    self.type = type
    elements = tensor.hasRawData ? Self.rawElements(tensor, type) : Self.typedElements(tensor, type)
    guard self.count == count else {
      throw failure("shape \(tensor.dims) needs \(count) elements, the file holds \(self.count)")
    }
  }

  /// The number of elements of a tensor of this shape; nil above `most`.
  static func elementCount(_ shape: [Int], most: Int = maxElements) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      // Checked at each axis: an extent of 0 must not hide absurd ones before it.
      guard extent >= 0, !overflow, product <= most else { return nil }
      count = product
    }
    return count
  }

  /// Elements of the fields that hold one type or a family of types.
  private static func typedElements(_ tensor: Vrx_Onnx_Tensor, _ type: ElementType) -> Elements {
    switch type {
    case .float32: .floats(tensor.floatData)
    case .float64: .floats(tensor.doubleData.map { Float($0) })
    case .float16:
      .floats(tensor.int32Data.map { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) })
    case .bfloat16: .floats(tensor.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
    case .int64: .integers(tensor.int64Data.map { Int($0) })
    case .uint32, .uint64: .integers(tensor.uint64Data.map { Int(clamping: $0) })
    default: .integers(tensor.int32Data.map { Int($0) })
    }
  }

  private static func rawElements(_ tensor: Vrx_Onnx_Tensor, _ type: ElementType) -> Elements {
    switch type {
    case .float32: .floats(raw(tensor, as: UInt32.self).map { Float(bitPattern: $0) })
    case .float64: .floats(raw(tensor, as: UInt64.self).map { Float(Double(bitPattern: $0)) })
    case .float16: .floats(raw(tensor, as: UInt16.self).map { Float(Float16(bitPattern: $0)) })
    case .bfloat16: .floats(raw(tensor, as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) })
    case .int64: .integers(raw(tensor, as: Int64.self).map { Int($0) })
    case .uint64: .integers(raw(tensor, as: UInt64.self).map { Int(clamping: $0) })
    case .int32: .integers(raw(tensor, as: Int32.self).map { Int($0) })
    case .uint32: .integers(raw(tensor, as: UInt32.self).map { Int($0) })
    case .int16: .integers(raw(tensor, as: Int16.self).map { Int($0) })
    case .uint16: .integers(raw(tensor, as: UInt16.self).map { Int($0) })
    case .int8: .integers(raw(tensor, as: Int8.self).map { Int($0) })
    case .uint8, .bool, .string: .integers(raw(tensor, as: UInt8.self).map { Int($0) })
    }
  }

  /// Little-endian numbers of the raw data; a remainder at the end is dropped, so that the count check fails.
  private static func raw<Number: FixedWidthInteger>(_ tensor: Vrx_Onnx_Tensor, as type: Number.Type) -> [Number] {
    let size = MemoryLayout<Number>.size
    return tensor.rawData.withUnsafeBytes { bytes in
      (0..<bytes.count / size).map {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Number.self))
      }
    } + (tensor.rawData.count % size == 0 ? [] : [0])
  }
}
