/// Size, stride, dilation and padding of a sliding window over rows and columns, or other spatial axes.
struct Window {
  var kernel: [Int64]
  var strides: [Int64]
  var dilations: [Int64]
  var begin: [Int64]
  var end: [Int64]

  /// Largest accepted stride, dilation or padding.
  private static let largest = 1 << 14

  /// Most windows of one channel.
  private static let mostWindows = 1 << 24

  /// Reads the attributes of a node that slides a window of `kernel` over an input of these extents.
  init(_ node: ONNXModel.Node, kernel: [Int], input: [Int]) throws {
    let axes = kernel.count
    let ones = [Int](repeating: 1, count: axes)
    let strides = node.integers("strides") ?? ones
    let dilations = node.integers("dilations") ?? ones
    let pads = node.integers("pads") ?? [Int](repeating: 0, count: 2 * axes)
    let sizes = kernel + strides + dilations
    guard axes == input.count, axes > 0, strides.count == axes, dilations.count == axes, pads.count == 2 * axes,
      sizes.allSatisfy({ (1...Self.largest).contains($0) }), pads.allSatisfy({ (0...Self.largest).contains($0) })
    else {
      throw NetworkError(
        .unsupported, "kernel \(kernel), strides \(strides), dilations \(dilations), pads \(pads) are not supported")
    }
    var (begin, end) = (Array(pads[..<axes]), Array(pads[axes...]))
    let spans = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
    switch node.text("auto_pad") ?? "NOTSET" {
    case "NOTSET": break
    case "VALID": (begin, end) = (ones.map { _ in 0 }, ones.map { _ in 0 })
    case let rule where rule == "SAME_UPPER" || rule == "SAME_LOWER":
      for axis in 0..<axes {
        let count = (input[axis] + strides[axis] - 1) / strides[axis]
        let total = max(0, (count - 1) * strides[axis] + spans[axis] - input[axis])
        let (small, large) = (total / 2, total - total / 2)
        (begin[axis], end[axis]) = rule == "SAME_UPPER" ? (small, large) : (large, small)
      }
    case let rule: throw NetworkError(.unsupported, "auto_pad \(rule) is not supported")
    }
    var windows = 1
    for axis in 0..<axes {
      let room = input[axis] + begin[axis] + end[axis] - spans[axis]
      guard room >= 0 else {
        throw NetworkError(.shape, "a window of \(spans) is larger than its input of \(input) and padding")
      }
      windows *= min(room / strides[axis] + 1, Self.mostWindows)
      guard windows <= Self.mostWindows else { throw NetworkError(.shape, "padding of \(pads) is too large") }
    }
    self.kernel = kernel.map { Int64($0) }
    self.strides = strides.map { Int64($0) }
    self.dilations = dilations.map { Int64($0) }
    self.begin = begin.map { Int64($0) }
    self.end = end.map { Int64($0) }
  }

  /// Places of the window on an input of these rows and columns.
  func counts(input: [Int]) -> [Int] {
    (0..<2).map { axis in
      let span = dilations[axis] * (kernel[axis] - 1) + 1
      return Int((Int64(input[axis]) + begin[axis] + end[axis] - span) / strides[axis]) + 1
    }
  }

  /// How far a window reaches along each axis.
  var spans: [Int64] { zip(kernel, dilations).map { ($0 - 1) * $1 + 1 } }

  /// How much must be added after the input so that the last window, which may start inside the input only, is whole
  /// (ceil mode).
  func ceilExtension(input: [Int]) -> [Int64] {
    kernel.indices.map { axis in
      let room = Int64(input[axis]) + begin[axis] + end[axis] - spans[axis]
      guard room > 0, room % strides[axis] != 0 else { return 0 }
      let start = (room / strides[axis] + 1) * strides[axis]
      return start < Int64(input[axis]) + begin[axis] ? strides[axis] - room % strides[axis] : 0
    }
  }
}
