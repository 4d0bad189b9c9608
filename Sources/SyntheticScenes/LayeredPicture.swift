/// A picture built back to front, which remembers what is seen in each pixel.
///
/// Every layer is drawn alone on a transparent canvas first: its coverage decides which pixels it owns, so that what is
/// recorded is exactly what is drawn.
struct LayeredPicture {
  /// The owner of pixels that no recorded layer shows in.
  static let nobody: Int16 = -1

  private let base: Canvas
  private let layer: Canvas
  /// The layer that owns each pixel, row-major.
  private(set) var owners: [Int16]
  /// Pixels covered by each recorded layer, seen or not.
  private(set) var coveredPixels: [Int] = []

  let size: Int

  /// An empty picture; nil where there is no memory for it.
  init?(size: Int) {
    guard let base = Canvas(size: size), let layer = Canvas(size: size) else { return nil }
    self.base = base
    self.layer = layer
    self.size = size
    owners = [Int16](repeating: LayeredPicture.nobody, count: size * size)
  }

  /// Draws something that no one asks about, in coordinates that run from 0 to 1: it takes pixels from what is behind it.
  mutating func draw(_ body: (Canvas) -> Void) { add(owner: LayeredPicture.nobody, body) }

  /// Draws straight onto the picture, before any recorded layer, in coordinates that run from 0 to 1.
  func drawBackdrop(_ body: (Canvas) -> Void) {
    base.transformed(.scale(Double(size), Double(size)), body)
  }

  /// Draws a recorded layer, in coordinates that run from 0 to 1, and returns its number.
  @discardableResult
  mutating func drawRecorded(_ body: (Canvas) -> Void) -> Int {
    let number = coveredPixels.count
    coveredPixels.append(0)
    coveredPixels[number] = add(owner: Int16(clamping: number), body)
    return number
  }

  @discardableResult
  private mutating func add(owner: Int16, _ body: (Canvas) -> Void) -> Int {
    layer.clear()
    layer.transformed(.scale(Double(size), Double(size)), body)
    var covered = 0
    owners.withUnsafeMutableBufferPointer { owners in
      _ = layer.withPixels { pixels in
        for index in pixels.indices where pixels[index] >> 24 >= 128 {
          owners[index] = owner
          covered += 1
        }
      }
    }
    base.paint(layer)
    return covered
  }

  /// The picture's pixels as 0x00RRGGBB, row-major.
  func pixels() -> [UInt32] { base.withPixels { Array($0) } ?? [UInt32](repeating: 0, count: size * size) }
}
