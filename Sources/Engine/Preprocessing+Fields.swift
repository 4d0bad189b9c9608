import Networks

extension Preprocessing {
  /// Preprocessing as a client describes it; what is not given takes the default.
  init(_ fields: PreprocessingFields) throws {
    let defaults = try Preprocessing()
    let size = fields.size ?? [defaults.width, defaults.height]
    guard size.count == 1 || size.count == 2, let width = size.first, let height = size.last else {
      throw EngineError(.invalidValue, "preprocessing.size: \(size) was given; one side or [width, height] is accepted")
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
      throw EngineError(.invalidValue, "preprocessing.\(field): \"\(text)\" was given; \(accepted) is accepted")
    }
    return value
  }
}
