import Images

/// A patch that moves by whole pixels.
struct PatchMove {
  var patch: Mask
  var right: Int
  var down: Int
}

extension RGBImage {
  /// The picture after all moves, of which later ones lie on top, and how much of each pixel is new. The places that are
  /// left are filled in from around them.
  ///
  /// - Parameter feather: pixels on either side of a border that are blended.
  func moving(_ moves: [PatchMove], feather: Int) -> (picture: RGBImage, opacity: FloatMap) {
    // The hole is a little larger than the patches, so that a patch's border does not colour the filling.
    var hole = Mask(width: width, height: height)
    for move in moves {
      move.patch.forEachPixel { x, y in
        for row in max(0, y - feather)...min(height - 1, y + feather) {
          for column in max(0, x - feather)...min(width - 1, x + feather) { hole[column, row] = true }
        }
      }
    }
    // Inpainting is exact outside the hole and needs no blending, but its surroundings count as changed when the
    // picture is enlarged.
    var (result, opacity) = (inpainted(hole), hole.feathered(radius: feather))
    for move in moves {
      guard let box = move.patch.boundingBox else { continue }
      let arrived = move.patch.shifted(x: move.right, y: move.down).feathered(radius: feather)
      let pasted = result.pasting(cropped(to: box), x: box.x + move.right, y: box.y + move.down)
      result = result.blending(pasted, opacity: arrived)
      opacity = opacity.maximum(arrived)
    }
    return (result, opacity)
  }
}
