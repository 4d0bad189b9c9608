/// How an image is turned, by EXIF's tag 0x0112: the sides of the image that the first row and the first column of the
/// samples show.
enum EXIFOrientation: Int {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, turnedLeft, transversed, turnedRight

  private static let tag = 0x0112
  private static let shortType = 3
  private static let entryLength = 12

  /// Reads the tag from the first directory of a TIFF structure; upright where it is absent or damaged.
  init(tiff: UnsafeRawBufferPointer) {
    self = Self.read(tiff) ?? .upright
  }

  private static func read(_ tiff: UnsafeRawBufferPointer) -> EXIFOrientation? {
    guard tiff.count >= 8 else { return nil }
    let isLittleEndian: Bool
    switch (tiff[0], tiff[1]) {
    case (0x49, 0x49): isLittleEndian = true
    case (0x4D, 0x4D): isLittleEndian = false
    default: return nil
    }
    // Each read is checked: offsets come from the file.
    func integer(at offset: Int, bytes: Int) -> Int? {
      guard offset >= 0, offset <= tiff.count - bytes else { return nil }
      return (0..<bytes).reduce(0) { value, index in
        value << 8 | Int(tiff[offset + (isLittleEndian ? bytes - 1 - index : index)])
      }
    }
    guard let directory = integer(at: 4, bytes: 4), let count = integer(at: directory, bytes: 2) else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + index * entryLength
      guard let entryTag = integer(at: entry, bytes: 2) else { return nil }
      if entryTag == tag {
        guard integer(at: entry + 2, bytes: 2) == shortType, let value = integer(at: entry + 8, bytes: 2) else {
          return nil
        }
        return EXIFOrientation(rawValue: value)
      }
    }
    return nil
  }
}

extension RGBImage {
  /// The image with left and right exchanged.
  package var mirrored: RGBImage { turnedUpright(from: .mirrored) }

  /// The image turned upright, given how its samples are turned.
  func turnedUpright(from orientation: EXIFOrientation) -> RGBImage {
    if orientation == .upright { return self }
    let swapsAxes = orientation.rawValue >= EXIFOrientation.transposed.rawValue
    let (newWidth, newHeight) = swapsAxes ? (height, width) : (width, height)
    // The sample of the result's pixel (x, y) is at origin + x · stepX + y · stepY.
    let (right, bottom) = ((width - 1) * 3, (height - 1) * width * 3)
    let (column, row) = (3, width * 3)
    let (origin, stepX, stepY) =
      switch orientation {
      case .upright: (0, column, row)
      case .mirrored: (right, -column, row)
      case .upsideDown: (right + bottom, -column, -row)
      case .flipped: (bottom, column, -row)
      case .transposed: (0, row, column)
      case .turnedLeft: (bottom, -row, column)
      case .transversed: (right + bottom, -row, -column)
      case .turnedRight: (right, row, -column)
      }
    let turned = [UInt8](unsafeUninitializedCapacity: samples.count) { target, count in
      samples.withUnsafeBufferPointer { source in
        var next = 0
        for y in 0..<newHeight {
          var position = origin + y * stepY
          for _ in 0..<newWidth {
            target[next] = source[position]
            target[next + 1] = source[position + 1]
            target[next + 2] = source[position + 2]
            next += 3
            position += stepX
          }
        }
        count = next
      }
    }
    return RGBImage(width: newWidth, height: newHeight, samples: turned)
  }
}
