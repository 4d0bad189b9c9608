/// Size, stride, dilation and padding of a sliding window over rows and columns.
struct Window {
  var kernel: [Int64]
  var strides: [Int64]
  var dilations: [Int64]
  var begin: [Int64]
  var end: [Int64]

  /// Largest stride, dilation or padding that is taken seriously.
  private static let largest = 1 << 14

  /// Reads the attributes of a node that slides a window of `kernel` over an input of these rows and columns.
  init(_ node: ONNXModel.Node, kernel: [Int], input: [Int]) throws {
    let strides = node.integers("strides") ?? [1, 1]
    let dilations = node.integers("dilations") ?? [1, 1]
    let pads = node.integers("pads") ?? [0, 0, 0, 0]
    let sizes = kernel + strides + dilations
    guard kernel.count == 2, strides.count == 2, dilations.count == 2, pads.count == 4,
      sizes.allSatisfy({ (1...Self.largest).contains($0) }), pads.allSatisfy({ (0...Self.largest).contains($0) })
    else {
      throw NetworkError(
        .unsupported, "kernel \(kernel), strides \(strides), dilations \(dilations), pads \(pads) are not supported")
    }
    var (begin, end) = (Array(pads[0..<2]), Array(pads[2..<4]))
    let spans = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
    switch node.text("auto_pad") ?? "NOTSET" {
    case "NOTSET": break
    case "VALID": (begin, end) = ([0, 0], [0, 0])
    case let rule where rule == "SAME_UPPER" || rule == "SAME_LOWER":
      for axis in 0..<2 {
        let count = (input[axis] + strides[axis] - 1) / strides[axis]
        let total = max(0, (count - 1) * strides[axis] + spans[axis] - input[axis])
        let (small, large) = (total / 2, total - total / 2)
        (begin[axis], end[axis]) = rule == "SAME_UPPER" ? (small, large) : (large, small)
      }
    case let rule: throw NetworkError(.unsupported, "auto_pad \(rule) is not supported")
    }
    self.kernel = kernel.map { Int64($0) }
    self.strides = strides.map { Int64($0) }
    self.dilations = dilations.map { Int64($0) }
    self.begin = begin.map { Int64($0) }
    self.end = end.map { Int64($0) }
  }

  /// How much must be added behind so that the last window, which may start inside the input only, is whole (ceil mode).
  func ceilExtension(input: [Int]) -> [Int64] {
    (0..<2).map { axis in
      let room = Int64(input[axis]) + begin[axis] + end[axis] - kernel[axis]
      guard room > 0, room % strides[axis] != 0 else { return 0 }
      let start = (room / strides[axis] + 1) * strides[axis]
      return start < Int64(input[axis]) + begin[axis] ? strides[axis] - room % strides[axis] : 0
    }
  }
}
