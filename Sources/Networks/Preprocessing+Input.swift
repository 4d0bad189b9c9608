import Images

extension Preprocessing {
  /// The network's input of an image of the input's size: `3 · width · height` numbers in the order of `layout`.
  public func input(of image: RGBImage) -> [Float] {
    let count = 3 * width * height
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let base = buffer.baseAddress else { return }
      write(image, to: base)
      initialized = count
    }
  }
}
