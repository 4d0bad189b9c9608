extension RGBImage {
  /// The image smoothed by a Gaussian of standard deviation `sigma` in pixels, mirrored at its edges.
  package func blurred(sigma: Double) -> RGBImage {
    let kernel = GaussianKernel(sigma: GaussianKernel.sigmaRange.nearest(to: sigma))
    var samples = samples
    for channel in 0..<3 {
      let plane = (0..<width * height).map { Float(self.samples[$0 * 3 + channel]) }
      for (pixel, value) in kernel.smoothed(plane, width: width, height: height).enumerated() {
        samples[pixel * 3 + channel] = UInt8(min(255, max(0, value.rounded())))
      }
    }
    return RGBImage(width: width, height: height, samples: samples)
  }

  /// The blur's standard deviation as a share of the longer side: edges and lettering go, colours stay.
  private static let obscuringShare = 1.0 / 16

  /// The image blurred so far that its parts cannot be told any more: what hides a part of it.
  package func obscured() -> RGBImage { blurred(sigma: Self.obscuringShare * Double(max(width, height))) }

  /// The image with the pixels of `mask` taken from another one of its extents.
  package func replaced(in mask: Mask, by other: RGBImage) -> RGBImage {
    guard mask.width == width, mask.height == height, other.width == width, other.height == height else { return self }
    var image = self
    mask.forEachPixel { x, y in
      let first = (y * width + x) * 3
      for sample in first..<first + 3 { image.samples[sample] = other.samples[sample] }
    }
    return image
  }
}
