/// Preprocessing as a client gives it; nil fields take the default.
package struct PreprocessingFields: Sendable {
  /// Width and height, or one number for both.
  package var size: [Int]?
  /// "stretch" or "shortestSide".
  package var resize: String?
  /// Per channel, in `channelOrder`.
  package var mean: [Double]?
  /// Per channel, in `channelOrder`.
  package var std: [Double]?
  /// Factor on pixel values in [0, 1].
  package var scale: Double?
  /// "rgb" or "bgr", in any case.
  package var channelOrder: String?
  /// "nchw" or "nhwc", in any case.
  package var layout: String?

  /// No field given.
  package init() {}
}

extension Preprocessing {
  /// Preprocessing as a client describes it; what is not given takes the default. Throws `NetworkError` of kind `preprocessing`.
  package init(_ fields: PreprocessingFields) throws {
    let defaults = try Preprocessing()
    let size = fields.size ?? [defaults.width, defaults.height]
    guard size.count == 1 || size.count == 2, let width = size.first, let height = size.last else {
      throw NetworkError(
        .preprocessing, "preprocessing.size: \(size) was given; one side or [width, height] is accepted")
    }
    try self.init(
      width: width, height: height,
      resize: Self.choice(fields.resize, "resize", Resize.self) ?? defaults.resize,
      mean: fields.mean ?? defaults.mean, standardDeviation: fields.std ?? defaults.standardDeviation,
      scale: fields.scale ?? defaults.scale,
      channelOrder: Self.choice(fields.channelOrder?.lowercased(), "channelOrder", ChannelOrder.self)
        ?? defaults.channelOrder,
      layout: Self.choice(fields.layout?.lowercased(), "layout", Layout.self) ?? defaults.layout)
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(
    _ text: String?, _ field: String, _ type: Value.Type
  ) throws -> Value? where Value.RawValue == String {
    guard let text else { return nil }
    guard let value = Value(rawValue: text) else {
      let accepted = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
      throw NetworkError(.preprocessing, "preprocessing.\(field): \"\(text)\" was given; \(accepted) is accepted")
    }
    return value
  }
}
