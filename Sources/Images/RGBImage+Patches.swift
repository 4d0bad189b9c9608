extension RGBImage {
  /// The pixels inside `box`, as far as it lies inside the image.
  package func cropped(to box: Box) -> RGBImage {
    let box = box.clipped(width: width, height: height)
    if box.width == width && box.height == height { return self }
    let cropped = [UInt8](unsafeUninitializedCapacity: box.width * box.height * 3) { target, count in
      samples.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        for y in 0..<box.height {
          (target + count).initialize(from: source + ((box.y + y) * width + box.x) * 3, count: box.width * 3)
          count += box.width * 3
        }
      }
    }
    return RGBImage(width: box.width, height: box.height, samples: cropped)
  }

  /// A patch as ACE embeds it (Ghorbani et al. 2019): grey of level `fill` outside `mask`, cropped to `box`, resized
  /// bicubically. The mask's extents are the image's.
  package func patch(mask: Mask, box: Box, fill: UInt8, width newWidth: Int, height newHeight: Int) -> RGBImage {
    var crop = cropped(to: box)
    let box = box.clipped(width: width, height: height)
    crop.replacePixels(with: fill) { x, y in !mask[(box.y + y) * mask.width + box.x + x] }
    return crop.resized(width: newWidth, height: newHeight, filter: .bicubic)
  }

  /// The image with the pixels of `mask`, whose extents are the image's, filled with grey of `level`: a concept masked
  /// out.
  package func filled(_ mask: Mask, with level: UInt8) -> RGBImage {
    var image = self
    image.replacePixels(with: level) { x, y in mask[y * mask.width + x] }
    return image
  }

  private mutating func replacePixels(with level: UInt8, where isReplaced: (_ x: Int, _ y: Int) -> Bool) {
    let (width, height) = (width, height)
    samples.withUnsafeMutableBufferPointer { samples in
      var position = 0
      for y in 0..<height {
        for x in 0..<width {
          if isReplaced(x, y) {
            samples[position] = level
            samples[position + 1] = level
            samples[position + 2] = level
          }
          position += 3
        }
      }
    }
  }
}

extension Box {
  /// The intersection with an image of these extents; its width or height is 0 where it is empty.
  func clipped(width imageWidth: Int, height imageHeight: Int) -> Box {
    let left = min(max(x, 0), imageWidth)
    let top = min(max(y, 0), imageHeight)
    let right = min(max(Self.end(x, width), left), imageWidth)
    let bottom = min(max(Self.end(y, height), top), imageHeight)
    return Box(x: left, y: top, width: right - left, height: bottom - top)
  }

  private static func end(_ start: Int, _ extent: Int) -> Int {
    let (end, overflow) = start.addingReportingOverflow(max(extent, 0))
    return overflow ? .max : end
  }
}
