import Images

extension Preprocessing {
  /// The network's input for an image of the input's size: `3 · width · height` numbers in the order of `layout`.
  package func input(of image: RGBImage) -> [Float] {
    let (factors, offsets, sources) = (factors, offsets, sources.map(Int.init))
    let area = min(width * height, image.width * image.height)
    // Distance of neighbouring channels, and of neighbouring pixels.
    let (channelStep, pixelStep) = layout == .nchw ? (width * height, 1) : (1, 3)
    var input = [Float](repeating: 0, count: 3 * width * height)
    for channel in 0..<3 {
      for pixel in 0..<area {
        let sample = Float(image.samples[pixel * 3 + sources[channel]])
        input[channel * channelStep + pixel * pixelStep] = sample * factors[channel] + offsets[channel]
      }
    }
    return input
  }
}
