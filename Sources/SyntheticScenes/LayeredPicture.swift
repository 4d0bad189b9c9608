import Drawing
import Images

/// A picture that is drawn back to front and records the visible layer of each pixel.
///
/// Every layer is drawn alone on a transparent canvas first: its coverage decides which pixels it owns, so that the
/// record matches the picture exactly.
struct LayeredPicture {
  /// The owner of pixels without a visible recorded layer.
  static let nobody: Int16 = -1

  private let base: Bitmap
  private let baseCanvas: Canvas
  private let layer: Bitmap
  private let layerCanvas: Canvas
  /// The layer that owns each pixel, row-major.
  private(set) var owners: [Int16]
  /// Pixels covered by each recorded layer, seen or not.
  private(set) var coveredPixels: [Int] = []

  let size: Int

  /// An empty picture; nil where memory runs out.
  init?(size: Int) {
    guard let base = try? Bitmap(width: size, height: size), let baseCanvas = try? Canvas(on: base),
      let layer = try? Bitmap(width: size, height: size), let layerCanvas = try? Canvas(on: layer)
    else { return nil }
    self.base = base
    self.baseCanvas = baseCanvas
    self.layer = layer
    self.layerCanvas = layerCanvas
    self.size = size
    owners = [Int16](repeating: LayeredPicture.nobody, count: size * size)
  }

  /// Draws a layer that is not recorded, in coordinates from 0 to 1: it takes pixels from the layers behind it.
  mutating func draw(_ body: (Canvas) -> Void) { add(owner: LayeredPicture.nobody, body) }

  /// Draws directly on the picture, before any recorded layer, in coordinates from 0 to 1.
  func drawBackdrop(_ body: (Canvas) -> Void) {
    baseCanvas.transformed(.scale(Double(size), Double(size)), body)
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
    layerCanvas.clear()
    layerCanvas.transformed(.scale(Double(size), Double(size)), body)
    var covered = 0
    owners.withUnsafeMutableBufferPointer { owners in
      layer.withPixels { pixels in
        for index in pixels.indices where pixels[index] >> 24 >= 128 {
          owners[index] = owner
          covered += 1
        }
      }
    }
    baseCanvas.lay(layer)
    return covered
  }

  func image() -> RGBImage { base.image() }
}
