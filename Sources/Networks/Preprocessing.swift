import Images

/// How an image becomes a network's input. It belongs to the model's description: with other preprocessing it is
/// another classifier.
///
/// Samples in [0, 1] are multiplied by `scale`; then `mean` is subtracted and the result divided by
/// `standardDeviation`, per channel in `channelOrder`.
package struct Preprocessing: Sendable, Hashable {
  /// How an image's shape is fitted to the input's.
  package enum Resize: String, Sendable, CaseIterable {
    /// Stretched to the input's size.
    case stretch
    /// Resized so that the shortest side is 256/224 of the input's, then the middle is cut out, as in torchvision.
    case shortestSide
  }

  package enum ChannelOrder: String, Sendable, CaseIterable {
    /// Red first.
    case rgb
    /// Blue first.
    case bgr
  }

  /// The order of the input's axes.
  package enum Layout: String, Sendable, CaseIterable {
    /// Batch, channel, row, column.
    case nchw
    /// Batch, row, column, channel.
    case nhwc
  }

  /// Of the input, in pixels.
  package var width: Int
  package var height: Int
  package var resize: Resize
  /// Subtracted from each channel.
  package var mean: [Double]
  /// Divides each channel.
  package var standardDeviation: [Double]
  /// Factor on samples in [0, 1].
  package var scale: Double
  package var channelOrder: ChannelOrder
  package var layout: Layout

  /// Largest width or height of an input.
  package static let largestSide = Mask.largestSide
  /// The factor of `shortestSide` before it cuts out the middle.
  private static let enlargement = 256.0 / 224.0

  /// Throws `NetworkError` for an impossible value.
  package init(
    width: Int = 224, height: Int = 224, resize: Resize = .stretch, mean: [Double] = [0, 0, 0],
    standardDeviation: [Double] = [1, 1, 1], scale: Double = 1, channelOrder: ChannelOrder = .rgb,
    layout: Layout = .nchw
  ) throws {
    func check(_ holds: Bool, _ message: String) throws {
      if !holds { throw NetworkError(.preprocessing, "preprocessing.\(message)") }
    }
    try check(
      (1...Self.largestSide).contains(width) && (1...Self.largestSide).contains(height),
      "size: \(width)×\(height) was given; sides of 1 to \(Self.largestSide) pixels are accepted")
    try check(
      mean.count == 3 && mean.allSatisfy(\.isFinite), "mean: \(mean) was given; three finite numbers are needed")
    try check(
      standardDeviation.count == 3 && standardDeviation.allSatisfy { $0.isFinite && $0 > 0 },
      "std: \(standardDeviation) was given; three positive numbers are needed")
    try check(scale.isFinite && scale != 0, "scale: \(scale) was given; a finite number other than 0 is needed")
    self.width = width
    self.height = height
    self.resize = resize
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.scale = scale
    self.channelOrder = channelOrder
    self.layout = layout
  }

  /// The image at the input's size, resized bilinearly as Pillow does it.
  package func prepare(_ image: RGBImage) -> RGBImage {
    switch resize {
    case .stretch: return image.resized(width: width, height: height, filter: .bilinear)
    case .shortestSide:
      let frame = geometry(originalWidth: image.width, originalHeight: image.height)
      return image.resized(width: frame.resizedWidth, height: frame.resizedHeight, filter: .bilinear)
        .cropped(to: Box(x: frame.left, y: frame.top, width: width, height: height))
    }
  }

  /// Where the input lies in an original image of these extents.
  package func geometry(originalWidth: Int, originalHeight: Int) -> InputGeometry {
    var (resizedWidth, resizedHeight) = (width, height)
    if resize == .shortestSide, originalWidth > 0, originalHeight > 0 {
      // The same factor for both sides, large enough that the input fits inside.
      let factor =
        Self.enlargement * max(Double(width) / Double(originalWidth), Double(height) / Double(originalHeight))
      resizedWidth = max(width, Int((Double(originalWidth) * factor).rounded()))
      resizedHeight = max(height, Int((Double(originalHeight) * factor).rounded()))
    }
    return InputGeometry(
      inputWidth: width, inputHeight: height, resizedWidth: resizedWidth, resizedHeight: resizedHeight,
      left: Int((Double(resizedWidth - width) / 2).rounded()),
      top: Int((Double(resizedHeight - height) / 2).rounded()), originalWidth: originalWidth,
      originalHeight: originalHeight)
  }

  /// Factors on each channel's samples.
  var factors: [Float] { standardDeviation.map { Float(scale / 255 / $0) } }

  /// What is then added.
  var offsets: [Float] { zip(mean, standardDeviation).map { Float(-$0 / $1) } }

  /// The sample of a pixel that each channel takes.
  var sources: [Int32] { channelOrder == .rgb ? [0, 1, 2] : [2, 1, 0] }
}
