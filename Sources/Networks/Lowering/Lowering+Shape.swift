import Base
import NetworkRuntime

/// Operators that rearrange elements.
extension Lowering {
  static let shapeRules: [String: Rule] = [
    "Concat": { lowering, node, _ in try lowering.concatenate(node) },
    "Flatten": { lowering, node, _ in try lowering.flatten(node) },
    "Reshape": { lowering, node, _ in try lowering.reshape(node) },
    "Squeeze": { lowering, node, _ in try lowering.squeeze(node) },
    "Unsqueeze": { lowering, node, _ in try lowering.unsqueeze(node) },
    "Transpose": { lowering, node, _ in try lowering.transpose(node) },
    "Slice": { lowering, node, _ in try lowering.slice(node) },
    "Split": { lowering, node, _ in try lowering.split(node) },
  ]

  private mutating func concatenate(_ node: ONNXModel.Node) throws {
    // Inputs without elements add nothing.
    let parts = try node.inputs.indices.filter { position in
      if case .constant(let constant) = try operand(node, position) { constant.count > 0 } else { true }
    }
    var values = try parts.map { try value(node, $0) }
    guard let first = values.first else { throw failure("no inputs", .unreadable) }
    let chosen = try axis(node.integer("axis", default: 1), rank: graph.shape(of: first).count)
    // A value that was exported with another batch, like a class token, is the same for every image.
    let largest = values.map { graph.shape(of: $0).first ?? 1 }.max() ?? 1
    if chosen > 0, largest == batch, batch != exportedBatch, exportedBatch == 1 {
      values = try values.map { value in
        let shape = graph.shape(of: value)
        return shape.first == 1 ? try graph.expand(value, to: [batch] + shape.dropFirst()) : value
      }
    }
    let shape = graph.shape(of: values[0])
    for value in values {
      let other = graph.shape(of: value)
      guard other.count == shape.count, shape.indices.allSatisfy({ $0 == chosen || other[$0] == shape[$0] }) else {
        throw failure("inputs of shapes \(shape) and \(other) do not fit", .shape)
      }
    }
    define(node, try graph.make { nrt_concatenate($0, values, Int32(values.count), Int32(chosen)) })
  }

  private mutating func flatten(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let given = node.integer("axis", default: 1)
    let chosen = given == shape.count ? given : try axis(given, rank: shape.count)
    define(
      node, try graph.reshape(x, to: [shape[..<chosen].reduce(1, *), shape[chosen...].reduce(1, *)]))
  }

  private mutating func reshape(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let wanted = try node.integers("shape") ?? requiredConstant(node, 1).integers
    define(
      node,
      try graph.reshape(
        x, to: try resolve(wanted, from: graph.shape(of: x), keepsZeros: node.integer("allowzero", default: 0) == 1)))
  }

  /// The extents that a reshape means: 0 copies, −1 takes the rest. A leading extent that was fixed when the model
  /// was exported with another batch becomes this one's.
  func resolve(_ wanted: [Int], from shape: [Int], keepsZeros: Bool) throws -> [Int] {
    let count = shape.reduce(1, *)
    var extents = try wanted.enumerated().map { position, extent in
      guard extent == 0, !keepsZeros else { return extent }
      guard position < shape.count else { throw failure("shape \(wanted) copies an axis that is not there", .shape) }
      return shape[position]
    }
    func product(_ extents: [Int]) throws -> Int {
      let known = extents.filter { $0 != -1 }
      guard known.allSatisfy({ $0 > 0 }), let product = Extents.product(known) else {
        throw failure("a reshape to \(wanted)", .shape)
      }
      return product
    }
    // So does one that the batch is a factor of: windows of all images.
    if let first = extents.first, let leading = shape.first, batch != exportedBatch, first > 0,
      first.multipliedReportingOverflow(by: batch) == leading.multipliedReportingOverflow(by: exportedBatch),
      try extents.contains(-1) || product(extents) != count
    {
      extents[0] = leading
    }
    if !extents.contains(-1), let first = extents.first, try product(extents) != count {
      // Or of the result alone: windows that are cut out of images just now.
      let (wanted, overflow) = first.multipliedReportingOverflow(by: batch)
      if !overflow, wanted % exportedBatch == 0 {
        let scaled = [wanted / exportedBatch] + extents.dropFirst()
        if try product(scaled) == count { extents = scaled }
      }
    }
    let known = try product(extents)
    let open = extents.indices.filter { extents[$0] == -1 }
    guard open.count <= 1, open.isEmpty ? known == count : count % known == 0 else {
      throw failure("\(shape) cannot be reshaped to \(wanted)", .shape)
    }
    for position in open { extents[position] = count / known }
    return extents
  }

  private mutating func squeeze(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let given = try node.integers("axes") ?? constant(node, 1)?.integers
    let axes = try given.map { try Set($0.map { try axis($0, rank: shape.count) }) }
    define(node, try graph.reshape(x, to: try Self.squeezed(shape, axes: axes)))
  }

  /// The shape without the axes, or without all of extent 1.
  static func squeezed(_ shape: [Int], axes: Set<Int>?) throws -> [Int] {
    let dropped = axes ?? Set(shape.indices.filter { shape[$0] == 1 })
    guard dropped.allSatisfy({ shape[$0] == 1 }) else {
      throw NetworkError(.shape, "axes \(dropped.sorted()) of \(shape) are not of extent 1")
    }
    return shape.indices.filter { !dropped.contains($0) }.map { shape[$0] }
  }

  private mutating func unsqueeze(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let axes = try node.integers("axes") ?? requiredConstant(node, 1).integers
    define(node, try graph.reshape(x, to: try unsqueezed(graph.shape(of: x), axes: axes)))
  }

  /// The shape with axes of extent 1 inserted, at places counted in the result.
  func unsqueezed(_ shape: [Int], axes: [Int]) throws -> [Int] {
    let rank = shape.count + axes.count
    let places = try Set(axes.map { try axis($0, rank: rank) })
    guard places.count == axes.count else { throw failure("axes \(axes) name a place twice", .unreadable) }
    var rest = shape.makeIterator()
    return (0..<rank).map { places.contains($0) ? 1 : rest.next() ?? 1 }
  }

  private mutating func transpose(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let rank = graph.shape(of: x).count
    let order = node.integers("perm") ?? Array((0..<rank).reversed())
    guard order.sorted() == Array(0..<rank) else { throw failure("perm \(order) of \(rank) axes", .unreadable) }
    define(node, try graph.make { nrt_transpose($0, x, order.map { Int32($0) }) })
  }

  private mutating func slice(_ node: ONNXModel.Node) throws {
    var result = try value(node, 0)
    let shape = graph.shape(of: result)
    for range in try SliceRange.read(node, self, rank: shape.count) {
      let span = range.resolved(extent: shape[range.axis])
      guard span.count > 0 else { throw failure("it leaves nothing", .shape) }
      result =
        span.step > 0
        ? try graph.part(of: result, axis: range.axis, from: span.start, count: span.count, step: span.step)
        : try graph.gather(result, axis: range.axis, indices: (0..<span.count).map { span.start + $0 * span.step })
    }
    define(node, result)
  }

  private mutating func split(_ node: ONNXModel.Node) throws {
    let x = try value(node, 0)
    let shape = graph.shape(of: x)
    let chosen = try axis(node.integer("axis", default: 0), rank: shape.count)
    let parts = node.outputs.count
    let even = (shape[chosen] + parts - 1) / max(parts, 1)
    let sizes =
      try node.integers("split") ?? constant(node, 1)?.integers
      ?? (0..<parts).map { min(even, shape[chosen] - $0 * even) }
    guard sizes.count == parts, sizes.allSatisfy({ $0 >= 0 && $0 <= shape[chosen] }),
      sizes.reduce(0, +) == shape[chosen]
    else { throw failure("outputs of extents \(sizes) do not make up an extent of \(shape[chosen])", .shape) }
    var start = 0
    for (output, size) in zip(node.outputs, sizes) {
      guard size > 0 else {
        let extents = shape.indices.map { $0 == chosen ? 0 : shape[$0] }
        operands[output] = .constant(Constant(shape: extents, floats: []))
        continue
      }
      operands[output] = .value(try graph.part(of: x, axis: chosen, from: start, count: size))
      start += size
    }
  }
}

/// The range of one axis that a slice takes.
struct SliceRange {
  var start: Int
  var end: Int
  var axis: Int
  var step: Int

  /// The ranges of a Slice node, from its attributes or its inputs.
  static func read(_ node: ONNXModel.Node, _ lowering: Lowering, rank: Int) throws -> [SliceRange] {
    let starts = try node.integers("starts") ?? lowering.requiredConstant(node, 1).integers
    let ends = try node.integers("ends") ?? lowering.requiredConstant(node, 2).integers
    let axes = try node.integers("axes") ?? lowering.constant(node, 3)?.integers ?? Array(starts.indices)
    let steps = try lowering.constant(node, 4)?.integers ?? starts.map { _ in 1 }
    guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count, !steps.contains(0) else {
      throw lowering.failure("starts, ends, axes and steps do not fit", .unreadable)
    }
    return try starts.indices.map {
      SliceRange(start: starts[$0], end: ends[$0], axis: try lowering.axis(axes[$0], rank: rank), step: steps[$0])
    }
  }

  /// First index, count and step on an axis of this extent.
  func resolved(extent: Int) -> (start: Int, count: Int, step: Int) {
    func place(_ index: Int, _ bounds: ClosedRange<Int>) -> Int {
      let (shifted, overflow) = index < 0 ? index.addingReportingOverflow(extent) : (index, false)
      return min(max(overflow ? bounds.lowerBound : shifted, bounds.lowerBound), bounds.upperBound)
    }
    if step > 0 {
      let (first, last) = (place(start, 0...extent), place(end, 0...extent))
      return (first, last > first ? (last - first - 1) / step + 1 : 0, step)
    }
    let first = place(start, -1...max(-1, extent - 1))
    // An end below −extent means past the first element.
    let last = end < -extent ? -1 : place(end, -1...max(-1, extent - 1))
    let back = step == .min ? Int.max : -step
    return (first, first > last ? (first - last - 1) / back + 1 : 0, -back)
  }
}
