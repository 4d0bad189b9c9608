import COpenBLAS

extension LinearAlgebra {
  /// Solves a · x = b for a symmetric positive definite matrix by Cholesky factorisation (LAPACK's dposv), in double
  /// precision.
  ///
  /// - Parameters:
  ///   - matrix: n × n values; only one triangle is read.
  ///   - rightHandSides: any number of vectors of n values.
  /// - Returns: one solution per right-hand side; nil where the matrix is not positive definite.
  package static func solvePositiveDefinite(_ matrix: [Double], _ rightHandSides: [[Double]]) -> [[Double]]? {
    guard let n = rightHandSides.first?.count else { return [] }
    assert(matrix.count == n * n && rightHandSides.allSatisfy { $0.count == n }, "extents differ")
    guard n > 0 else { return rightHandSides }
    _ = threadLimit
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

  /// Eigenvalues of a symmetric matrix, largest first, and a unit eigenvector of each (LAPACK's dsyev), in double
  /// precision.
  ///
  /// - Parameters:
  ///   - matrix: order × order values; only one triangle is read.
  ///   - order: rows of the matrix.
  /// - Returns: nil where the iteration does not converge or a value is not finite.
  package static func eigenvectors(
    ofSymmetric matrix: [Double], order: Int
  ) -> [(value: Double, vector: [Double])]? {
    assert(matrix.count == order * order, "a square matrix")
    guard order > 0 else { return [] }
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    _ = threadLimit
    var vectors = matrix
    var values = [Double](repeating: 0, count: order)
    var size = blasint(order)
    var leading = size
    var workSize = blasint(max(1, 34 * order))
    var work = [Double](repeating: 0, count: Int(workSize))
    var status: blasint = 0
    var (job, triangle) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")))
    dsyev_(&job, &triangle, &size, &vectors, &leading, &values, &work, &workSize, &status)
    guard status == 0 else { return nil }
    return values.indices.reversed().map { (values[$0], Array(vectors[$0 * order..<($0 + 1) * order])) }
  }
}
