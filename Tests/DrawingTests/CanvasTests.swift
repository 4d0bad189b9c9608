import Drawing
import Images
import Testing

@Suite struct CanvasTests {
  /// What `draw` leaves on a transparent bitmap, as 0xAARRGGBB, row by row.
  private func pixels(width: Int = 8, height: Int = 8, _ draw: (Canvas) -> Void) throws -> [[UInt32]] {
    let bitmap = try Bitmap(width: width, height: height)
    let canvas = try Canvas(on: bitmap)
    draw(canvas)
    try canvas.check()
    let pixels = bitmap.withPixels { Array($0) }
    return (0..<height).map { Array(pixels[$0 * width..<($0 + 1) * width]) }
  }

  @Test func aFilledRectangleCoversItsPixels() throws {
    let rows = try pixels { $0.fill(Rect(x: 2, y: 3, width: 4, height: 2), Color(0xff8000)) }
    for (y, row) in rows.enumerated() {
      for (x, pixel) in row.enumerated() {
        let isInside = (2..<6).contains(x) && (3..<5).contains(y)
        #expect(pixel == (isInside ? 0xffff_8000 : 0), "\(x), \(y)")
      }
    }
  }

  @Test func coloursAreMultipliedByTheOpacity() throws {
    let rows = try pixels {
      $0.fill(Rect(x: 0, y: 0, width: 8, height: 8), Color(1, 1, 1, opacity: 0.2))
    }
    #expect(rows[4][4] == 0x3333_3333)
  }

  @Test func roundCornersLeaveTheCornersOut() throws {
    let rows = try pixels { $0.fill(Rect(x: 0, y: 0, width: 8, height: 8), Color(0xffffff), corner: 4) }
    #expect(rows[0][0] >> 24 < 64 && rows[7][7] >> 24 < 64)
    #expect(rows[0][4] >> 24 > 192 && rows[4][4] == 0xffff_ffff)
  }

  @Test func gradientsRunFromTheFirstColourToTheLast() throws {
    let down = try pixels {
      $0.fill(Rect(x: 0, y: 0, width: 8, height: 8), top: Color(0x000000), bottom: Color(0xffffff))
    }
    let across = try pixels {
      $0.fill(Rect(x: 0, y: 0, width: 8, height: 8), leftToRight: [Color(0x000000), Color(0x808080), Color(0xffffff)])
    }
    #expect(down[0][3] & 255 < 32 && down[7][3] & 255 > 224 && down[3][0] == down[3][7])
    #expect(across[3][0] & 255 < 32 && across[3][7] & 255 > 224 && across[0][3] == across[7][3])
  }

  @Test func aPictureIsDrawnWithinItsLinesOnly() throws {
    let red = try Bitmap(RGBImage(width: 4, height: 4, filledWith: (255, 0, 0)))
    func square(_ low: Double, _ high: Double) -> [Point] {
      [Point(x: low, y: low), Point(x: high, y: low), Point(x: high, y: high), Point(x: low, y: high)]
    }
    let rows = try pixels {
      $0.draw(red, in: Rect(x: 0, y: 0, width: 8, height: 8), within: [square(1, 7), square(3, 5)])
      $0.fill(Rect(x: 0, y: 0, width: 1, height: 1), Color(0x0000ff))
    }
    for (y, row) in rows.enumerated() {
      for (x, pixel) in row.enumerated() where x + y > 0 {
        let isInside = (1..<7).contains(x) && (1..<7).contains(y) && !((3..<5).contains(x) && (3..<5).contains(y))
        #expect(pixel == (isInside ? 0xffff_0000 : 0), "\(x), \(y)")
      }
    }
    // What comes after is not cut off.
    #expect(rows[0][0] == 0xff00_00ff)
  }

  @Test func aTransformEndsWithItsBlock() throws {
    let rows = try pixels {
      $0.transformed(Transform.translation(4, 0).after(.scale(2, 2))) {
        $0.fill(Rect(x: 0, y: 0, width: 1, height: 1), Color(0xff0000))
      }
      $0.fill(Rect(x: 0, y: 0, width: 1, height: 1), Color(0x0000ff))
    }
    #expect(rows[0] == [0xff00_00ff, 0, 0, 0, 0xffff_0000, 0xffff_0000, 0, 0])
    #expect(rows[1][4] == 0xffff_0000 && rows[2][4] == 0)
  }

  @Test func roundJoinsEndWithTheirBlock() throws {
    let canvas = try Canvas(on: Bitmap(width: 8, height: 8))
    canvas.transformed(Transform()) {
      $0.roundsJoins = true
      #expect($0.roundsJoins)
    }
    #expect(!canvas.roundsJoins)
  }

  @Test func nothingIsDrawnOutsideAClip() throws {
    let corners = [Point(x: 0, y: 0), Point(x: 4, y: 0), Point(x: 4, y: 4), Point(x: 0, y: 4)]
    let rows = try pixels {
      $0.clipped(to: corners) { $0.fill(Rect(x: 0, y: 0, width: 8, height: 8), Color(0xffffff)) }
    }
    #expect(rows[3][3] == 0xffff_ffff && rows[3][4] == 0 && rows[4][3] == 0)
  }

  @Test func aLayerIsLaidPixelOnPixel() throws {
    let layer = try Bitmap(width: 8, height: 8)
    try Canvas(on: layer).fill(Rect(x: 1, y: 1, width: 1, height: 1), Color(0x00ff00))
    let rows = try pixels { canvas in
      canvas.transformed(.scale(3, 3)) { $0.lay(layer) }
    }
    #expect(rows[1][1] == 0xff00_ff00 && rows.joined().count { $0 != 0 } == 1)
    let cleared = try pixels {
      $0.lay(layer)
      $0.clear()
    }
    #expect(cleared.joined().allSatisfy { $0 == 0 })
  }

  @Test(arguments: [(0, 4), (4, -1), (40_000, 4), (Int.max, Int.max), (Int.min, 1)])
  func aCanvasOfHostileSizeIsAnError(width: Int, height: Int) {
    #expect(throws: DrawingError.self) { try Bitmap(width: width, height: height) }
  }
}

@Suite struct BitmapTests {
  private let image = RGBImage(width: 3, height: 2, samples: (0..<18).map { UInt8($0 * 14) })

  @Test func anImageIsReadBackAsItWas() throws {
    #expect(try Bitmap(image).image() == image)
    let part = try Bitmap(image, crop: Box(x: 1, y: 1, width: 5, height: 5)).image()
    #expect(part == RGBImage(width: 2, height: 1, samples: Array(image.samples[12...])))
    #expect(throws: DrawingError.self) { try Bitmap(image, crop: Box(x: 3, y: 0, width: 1, height: 1)) }
  }

  @Test func pngKeepsEveryPixel() throws {
    #expect(try RGBImage.decode(try Bitmap(image).png()) == image)
  }

  @Test func largeBitmapsAreScaledDown() throws {
    let large = try Bitmap(RGBImage(width: 90, height: 30, filledWith: (10, 20, 30)))
    let small = try large.limited(toSide: 30)
    #expect(small.image() == RGBImage(width: 30, height: 10, filledWith: (10, 20, 30)))
    #expect(try large.limited(toSide: 90) === large)
  }
}
