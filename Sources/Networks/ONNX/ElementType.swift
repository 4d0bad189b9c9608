/// Element types of the ONNX format, by their numbers there.
enum ElementType: Int32, Sendable {
  case float32 = 1
  case uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64
  case bfloat16 = 16

  /// Its name, as in "float32".
  var name: String { String(describing: self) }

  /// Whether its elements are whole numbers or truth values.
  var isInteger: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16, .string: false
    default: true
    }
  }

  /// Bytes of one element; nil without a fixed size.
  var byteCount: Int? {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    case .string: nil
    }
  }

  /// The range of its values where they are whole numbers; limited to that of `Int`.
  var range: ClosedRange<Int> {
    switch self {
    case .uint8: 0...255
    case .int8: -128...127
    case .uint16: 0...65535
    case .int16: -32768...32767
    case .int32: Int(Int32.min)...Int(Int32.max)
    case .uint32: 0...Int(UInt32.max)
    case .bool: 0...1
    default: Int.min...Int.max
    }
  }
}
