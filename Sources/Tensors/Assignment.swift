/// Pairs of two sets at the least total cost.
package enum Assignment {
  /// For each row of a matrix of finite costs the column that it is paired with, no column twice, so that the sum of
  /// costs is least; nil for rows without a column, where there are more rows than columns. The Hungarian method by
  /// shortest augmenting paths with potentials (Kuhn 1955; Jonker and Volgenant 1987), in O(n³). SciPy's
  /// `linear_sum_assignment`.
  ///
  /// - Parameter costs: rows of equal length. A cost that is not finite counts as the largest number there is.
  package static func leastCost(_ costs: [[Double]]) -> [Int?] {
    let (rows, columns) = (costs.count, costs.map(\.count).min() ?? 0)
    guard rows > 0, columns > 0 else { return costs.map { _ in nil } }
    func cost(_ row: Int, _ column: Int) -> Double { costs[row][column].isFinite ? costs[row][column] : largest }
    guard rows <= columns else {
      // The other way round: every column then has a row.
      let inverse = leastCost((0..<columns).map { column in (0..<rows).map { cost($0, column) } })
      var result = [Int?](repeating: nil, count: rows)
      for (column, row) in inverse.enumerated() { if let row { result[row] = column } }
      return result
    }
    // Index 0 of rows and columns means no row and no column.
    var rowPotential = [Double](repeating: 0, count: rows + 1)
    var columnPotential = [Double](repeating: 0, count: columns + 1)
    var rowOfColumn = [Int](repeating: 0, count: columns + 1)
    for row in 1...rows {
      var previous = [Int](repeating: 0, count: columns + 1)
      var slack = [Double](repeating: .infinity, count: columns + 1)
      var isUsed = [Bool](repeating: false, count: columns + 1)
      var column = 0
      rowOfColumn[0] = row
      repeat {
        isUsed[column] = true
        let current = rowOfColumn[column]
        var (step, next) = (Double.infinity, 0)
        for other in 1...columns where !isUsed[other] {
          let reduced = cost(current - 1, other - 1) - rowPotential[current] - columnPotential[other]
          if reduced < slack[other] { (slack[other], previous[other]) = (reduced, column) }
          if slack[other] < step { (step, next) = (slack[other], other) }
        }
        for other in 0...columns {
          if isUsed[other] {
            rowPotential[rowOfColumn[other]] += step
            columnPotential[other] -= step
          } else {
            slack[other] -= step
          }
        }
        column = next
      } while rowOfColumn[column] != 0
      while column != 0 {
        rowOfColumn[column] = rowOfColumn[previous[column]]
        column = previous[column]
      }
    }
    var result = [Int?](repeating: nil, count: rows)
    for column in 1...columns where rowOfColumn[column] > 0 { result[rowOfColumn[column] - 1] = column - 1 }
    return result
  }

  /// Replaces a cost that is not finite: large, but sums of it stay finite.
  private static let largest = 1e100
}
