import Images
import Tensors

/// Masked average pooling: the mean of a layer's activations over the pixels of a region of the image.
///
/// A cell of the layer stands for the pixels that it covers when the grid is laid over the image. Each cell counts by
/// the share of the region that lies in it: a region smaller than a cell takes that cell's values, and no pixel counts
/// twice.
struct MaskedPooling {
  private let rows: Int
  private let columns: Int

  init(rows: Int, columns: Int) {
    (self.rows, self.columns) = (rows, columns)
  }

  /// The mean of `activations`, [c, rows, columns], over each of `masks`: [n, c]; 0 for an empty mask.
  func means(of activations: Tensor, over masks: [Mask]) -> Tensor {
    let cells = rows * columns
    let activations = activations.reshaped([activations.shape[0], cells])
    // One product per mask: the product of several masks at once may round a mean differently, depending on the other
    // masks.
    return Tensor.concatenate(
      masks.map { mask in
        LinearAlgebra.product(Tensor(shape: [1, cells], elements: weights(of: mask)), activations, transposeB: true)
      })
  }

  /// The share of the mask that lies in each cell, row-major; their sum is 1.
  func weights(of mask: Mask) -> [Float] {
    let (across, down) = (
      Self.overlaps(pixels: mask.width, cells: columns), Self.overlaps(pixels: mask.height, cells: rows)
    )
    // Row by row of pixels, then into the cells' rows.
    var lines = [Float](repeating: 0, count: mask.height * columns)
    mask.forEachPixel { x, y in
      for (column, share) in across[x] { lines[y * columns + column] += share }
    }
    var weights = [Float](repeating: 0, count: rows * columns)
    for y in 0..<mask.height {
      for (row, share) in down[y] {
        for column in 0..<columns { weights[row * columns + column] += share * lines[y * columns + column] }
      }
    }
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : weights
  }

  /// The cells that each pixel of an axis lies in, and the share of the pixel in each.
  private static func overlaps(pixels: Int, cells: Int) -> [[(cell: Int, share: Float)]] {
    (0..<pixels).map { pixel in
      // In units of 1 / cells of a pixel, all borders are integers.
      let (start, end) = (pixel * cells, (pixel + 1) * cells)
      return (start / pixels...(end - 1) / pixels).map { cell in
        let covered = min(end, (cell + 1) * pixels) - max(start, cell * pixels)
        return (cell, Float(covered) / Float(cells))
      }
    }
  }
}
