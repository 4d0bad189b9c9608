import COpenBLAS

extension LinearAlgebra {
  /// Solves a · x = b for a symmetric positive definite matrix by Cholesky factorisation (LAPACK's dposv), in double precision.
  ///
  /// - Parameters:
  ///   - matrix: n × n values; only one triangle is read.
  ///   - rightHandSides: any number of vectors of n values.
  /// - Returns: one solution per right-hand side; nil where the matrix is not positive definite.
  public static func solvePositiveDefinite(_ matrix: [Double], _ rightHandSides: [[Double]]) -> [[Double]]? {
    guard let n = rightHandSides.first?.count else { return [] }
    assert(matrix.count == n * n && rightHandSides.allSatisfy { $0.count == n }, "extents differ")
    guard n > 0 else { return rightHandSides }
    var factor = matrix
    var solutions = rightHandSides.flatMap { $0 }
    var order = blasint(n)
    var columns = blasint(rightHandSides.count)
    var leading = order
    var leadingRight = order
    var status: blasint = 0
    var triangle = CChar(UInt8(ascii: "L"))
    dposv_(&triangle, &order, &columns, &factor, &leading, &solutions, &leadingRight, &status)
    guard status == 0 else { return nil }
    return rightHandSides.indices.map { Array(solutions[$0 * n..<($0 + 1) * n]) }
  }
}
