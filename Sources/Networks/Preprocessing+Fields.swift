import Fields

/// Preprocessing as a client gives it; nil fields take the default.
package struct PreprocessingFields: Sendable, Equatable {
  /// Width and height, or one number for both.
  package var size: [Int]?
  package var resize: Preprocessing.Resize?
  package var mean: [Double]?
  package var std: [Double]?
  package var scale: Double?
  package var channelOrder: Preprocessing.ChannelOrder?
  package var layout: Preprocessing.Layout?

  package init() {}

  package static let fields = FieldList<PreprocessingFields>([
    .optional("size", \.size, .inputSize, "Width and height of the input in pixels, or one number for both."),
    .optional(
      "resize", \.resize, .word(Preprocessing.Resize.self),
      "How an image gets the input's size: stretch it, or fit its shortest side and cut out the centre."),
    .optional(
      "mean", \.mean, .list(of: .number(), length: 3), "Subtracted after scaling, per channel in channelOrder."),
    .optional(
      "std", \.std, .list(of: .number(.above(0)), length: 3), "Divides what remains, per channel in channelOrder."),
    .optional("scale", \.scale, .number(), "Factor on pixel values in [0, 1]; 1 where absent."),
    .optional(
      "channelOrder", \.channelOrder, .wordInAnyCase(Preprocessing.ChannelOrder.self),
      "The order of the network's input channels; rgb where absent."),
    .optional(
      "layout", \.layout, .wordInAnyCase(Preprocessing.Layout.self),
      "The order of the input's dimensions; that of the file where absent."),
  ])
}

extension FieldType where Value == [Int] {
  /// Width and height of an input in pixels, or one number for both.
  fileprivate static var inputSize: FieldType {
    let side = FieldType<Int>.int(in: 1...Preprocessing.largestSide)
    let sides = FieldType.list(of: side, length: 2)
    return .either(
      side.mapped {
        [$0]
      } from: {
        $0[0]
      }, or: sides)
  }
}

extension Preprocessing {
  /// Preprocessing as a client describes it; absent fields take the default. Throws `NetworkError` of kind
  /// `preprocessing`.
  package init(_ fields: PreprocessingFields) throws {
    let defaults = try Preprocessing()
    let size = fields.size ?? [defaults.width, defaults.height]
    guard size.count == 1 || size.count == 2, let width = size.first, let height = size.last else {
      throw NetworkError(
        .preprocessing, "preprocessing.size: \(size) was given; one side or [width, height] is accepted")
    }
    try self.init(
      width: width, height: height, resize: fields.resize ?? defaults.resize, mean: fields.mean ?? defaults.mean,
      standardDeviation: fields.std ?? defaults.standardDeviation, scale: fields.scale ?? defaults.scale,
      channelOrder: fields.channelOrder ?? defaults.channelOrder, layout: fields.layout ?? defaults.layout)
  }
}
