import Images

/// Where a network's input lies in the original image: the image is resized, and the input cut out of it. In pixels.
package struct InputGeometry: Sendable, Hashable {
  package let inputWidth: Int
  package let inputHeight: Int
  /// Width of the whole image after resizing.
  package let resizedWidth: Int
  /// Height of the whole image after resizing.
  package let resizedHeight: Int
  /// Column of the resized image where the input starts.
  package let left: Int
  /// Row of the resized image where the input starts.
  package let top: Int
  package let originalWidth: Int
  package let originalHeight: Int

  /// A geometry of these values; every extent must be positive.
  package init(
    inputWidth: Int, inputHeight: Int, resizedWidth: Int, resizedHeight: Int, left: Int, top: Int, originalWidth: Int,
    originalHeight: Int
  ) {
    self.inputWidth = inputWidth
    self.inputHeight = inputHeight
    self.resizedWidth = resizedWidth
    self.resizedHeight = resizedHeight
    self.left = left
    self.top = top
    self.originalWidth = originalWidth
    self.originalHeight = originalHeight
  }

  /// The point of the original, in [0, 1]², at a point of the input, in [0, 1]².
  package func originalPoint(x: Double, y: Double) -> (x: Double, y: Double) {
    (
      (x * Double(inputWidth) + Double(left)) / Double(resizedWidth),
      (y * Double(inputHeight) + Double(top)) / Double(resizedHeight)
    )
  }

  /// The point of the input at a point of the original, both in fractions; outside [0, 1]² where the input does not
  /// contain it.
  package func inputPoint(x: Double, y: Double) -> (x: Double, y: Double) {
    (
      (x * Double(resizedWidth) - Double(left)) / Double(inputWidth),
      (y * Double(resizedHeight) - Double(top)) / Double(inputHeight)
    )
  }

  /// The smallest rectangle of the original's pixels that holds a rectangle of the input's pixels.
  package func originalBox(_ box: Box) -> Box {
    let first = originalPoint(x: Double(box.x) / Double(inputWidth), y: Double(box.y) / Double(inputHeight))
    let last = originalPoint(
      x: Double(box.x + box.width) / Double(inputWidth), y: Double(box.y + box.height) / Double(inputHeight))
    let x = min(max(0, Int(first.x * Double(originalWidth))), max(0, originalWidth - 1))
    let y = min(max(0, Int(first.y * Double(originalHeight))), max(0, originalHeight - 1))
    let right = min(originalWidth, max(x + 1, Int((last.x * Double(originalWidth)).rounded(.up))))
    let bottom = min(originalHeight, max(y + 1, Int((last.y * Double(originalHeight)).rounded(.up))))
    return Box(x: x, y: y, width: right - x, height: bottom - y)
  }
}
