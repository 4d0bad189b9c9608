import NetworkRuntime

/// Enlarging and shrinking along axes.
extension Lowering {
  static let resizingRules: [String: Rule] = [
    "Resize": { lowering, node, _ in try lowering.resize(node) },
    "Upsample": { lowering, node, _ in try lowering.resize(node) },
  ]

  private mutating func resize(_ node: ONNXModel.Node) throws {
    var x = try value(node, 0)
    let shape = graph.shape(of: x)
    let isOld = model.opset < 11 || node.operatorName == "Upsample"
    let axes = try node.integers("axes").map { try $0.map { try axis($0, rank: shape.count) } } ?? Array(shape.indices)
    let scales = try node.attributes["scales"]?.floats ?? constant(node, isOld ? 1 : 2)?.floats ?? []
    let sizes = isOld ? [] : try constant(node, 3)?.integers ?? []
    let regions = isOld ? [] : try constant(node, 1)?.floats ?? []
    guard scales.isEmpty ? sizes.count == axes.count : scales.count == axes.count else {
      throw failure("scales \(scales) and sizes \(sizes) of a tensor of \(shape.count) axes", .unreadable)
    }
    let method = try Resampling(node, isOld: isOld)
    let common = try commonScale(node, sizes: sizes, axes: axes, shape: shape)
    for (position, axis) in axes.enumerated() {
      let extent = shape[axis]
      let scale = common ?? (scales.isEmpty ? Double(sizes[position]) / Double(extent) : Double(scales[position]))
      guard scale > 0, scale.isFinite, scale * Double(extent) < Double(Self.longest) else {
        throw failure("a scale of \(scale)", .shape)
      }
      let count =
        common != nil
        ? Int((scale * Double(extent) + 0.5).rounded(.down))
        : scales.isEmpty ? sizes[position] : Int((scale * Double(extent)).rounded(.down))
      guard count > 0 else { throw failure("it leaves nothing", .shape) }
      let usesRegion = method.coordinates == "tf_crop_and_resize"
      guard !usesRegion || regions.count == 2 * axes.count else { throw failure("its region is missing", .unreadable) }
      let region = usesRegion ? (Double(regions[position]), Double(regions[axes.count + position])) : (0, 1)
      if scale == 1, count == extent, !usesRegion { continue }
      let rows = try (0..<count).map {
        try method.row($0, extent: extent, count: count, scale: scale, region: region)
      }
      x = try graph.mix(x, axis: axis, rows: rows.map { $0 ?? [] })
      guard method.outside != 0, rows.contains(where: { $0 == nil }) else { continue }
      var spread = [Int](repeating: 1, count: shape.count)
      let filling = try graph.constant(Constant(shape: spread, floats: [method.outside]))
      spread[axis] = count
      let inside = try graph.constant(Constant(shape: spread, integers: rows.map { $0 == nil ? 0 : 1 }))
      x = try graph.make { nrt_select($0, inside, x, filling) }
    }
    define(node, x)
  }

  /// Longest axis of a result.
  private static let longest = 1 << 16

  /// The scale of all axes where their proportions are kept.
  private func commonScale(_ node: ONNXModel.Node, sizes: [Int], axes: [Int], shape: [Int]) throws -> Double? {
    let ratios = zip(sizes, axes).map { Double($0) / Double(shape[$1]) }
    switch node.text("keep_aspect_ratio_policy") ?? "stretch" {
    case "not_larger": return ratios.min()
    case "not_smaller": return ratios.max()
    default: return nil
    }
  }
}

/// How elements of an axis are mixed into one of the result.
private struct Resampling {
  var coordinates: String
  /// The value outside of the input.
  var outside: Float
  private var mode: String
  private var rounding: String
  private var cubic: Double
  private var excludesOutside: Bool
  private var smooths: Bool

  init(_ node: ONNXModel.Node, isOld: Bool) throws {
    coordinates = node.text("coordinate_transformation_mode") ?? (isOld ? "asymmetric" : "half_pixel")
    mode = node.text("mode") ?? "nearest"
    rounding = node.text("nearest_mode") ?? (isOld ? "floor" : "round_prefer_floor")
    cubic = Double(node.float("cubic_coeff_a", default: -0.75))
    excludesOutside = node.integer("exclude_outside", default: 0) == 1
    smooths = node.integer("antialias", default: 0) == 1
    outside = node.float("extrapolation_value", default: 0)
    guard ["nearest", "linear", "bilinear", "cubic"].contains(mode) else {
      throw NetworkError(.unsupported, "mode \(mode) is not supported")
    }
  }

  /// Elements and weights of place `index` of the result; nil where it lies outside of the input.
  func row(
    _ index: Int, extent: Int, count: Int, scale: Double, region: (start: Double, end: Double)
  ) throws -> [(column: Int, weight: Float)]? {
    let place = try source(
      of: Double(index), extent: Double(extent), count: Double(count), scale: scale, region: region)
    if coordinates == "tf_crop_and_resize", place < 0 || place > Double(extent - 1) { return nil }
    // At an element itself, that element is the right neighbour.
    let base = (place.rounded(.up) - 1).rounded()
    let ratio = place - base
    let (start, weights) = self.weights(ratio: ratio, scale: min(scale, 1))
    var entries = weights.enumerated().map { offset, weight in
      (column: Int(base) + start + offset, weight: weight)
    }
    if excludesOutside {
      entries = entries.filter { (0..<extent).contains($0.column) }
      let sum = entries.reduce(0) { $0 + $1.weight }
      entries = entries.map { ($0.column, $0.weight / sum) }
    }
    return entries.filter { $0.weight != 0 }.map { (min(max($0.column, 0), extent - 1), Float($0.weight)) }
  }

  private func source(
    of x: Double, extent: Double, count: Double, scale: Double, region: (start: Double, end: Double)
  ) throws -> Double {
    let width = scale * extent
    switch coordinates {
    case "asymmetric": return x / scale
    case "half_pixel": return (x + 0.5) / scale - 0.5
    case "pytorch_half_pixel": return width == 1 ? -0.5 : (x + 0.5) / scale - 0.5
    case "align_corners": return width == 1 ? 0 : x * (extent - 1) / (width - 1)
    case "half_pixel_symmetric": return extent / 2 * (1 - count / width) + (x + 0.5) / scale - 0.5
    case "tf_crop_and_resize":
      return width == 1
        ? 0.5 * (region.start + region.end) * (extent - 1)
        : region.start * (extent - 1) + x * (region.end - region.start) * (extent - 1) / (width - 1)
    default: throw NetworkError(.unsupported, "coordinate_transformation_mode \(coordinates) is not supported")
    }
  }

  /// Weights from the neighbour `start` places right of the left one on, for a place `ratio` ∈ (0, 1] right of that.
  /// `scale` ≤ 1 widens the filter if it smooths.
  private func weights(ratio: Double, scale: Double) -> (start: Int, weights: [Double]) {
    switch mode {
    case "nearest":
      let isLeft =
        ratio < 1
        && (rounding == "floor" || (rounding == "round_prefer_floor" && ratio <= 0.5)
          || (rounding == "round_prefer_ceil" && ratio < 0.5))
      return (0, isLeft ? [1, 0] : [0, 1])
    case "cubic": return filtered(ratio, reach: 2, scale: smooths ? scale : 1) { cubicWeight($0) }
    default: return filtered(ratio, reach: 1, scale: smooths ? scale : 1) { max(0, 1 - $0) }
    }
  }

  private func filtered(
    _ ratio: Double, reach: Double, scale: Double, _ filter: (Double) -> Double
  ) -> (start: Int, weights: [Double]) {
    let start = Int((-reach / scale).rounded(.down)) + 1
    let weights = (start..<2 - start).map { filter(abs(Double($0) - ratio) * scale) }
    let sum = weights.reduce(0, +)
    return (start, weights.map { $0 / sum })
  }

  /// Keys' cubic kernel.
  private func cubicWeight(_ x: Double) -> Double {
    if x <= 1 { return ((cubic + 2) * x - (cubic + 3)) * x * x + 1 }
    return x < 2 ? ((cubic * x - 5 * cubic) * x + 8 * cubic) * x - 4 * cubic : 0
  }
}
