import Base
import COpenBLAS
import Testing

@testable import Tensors

@Suite struct LinearAlgebraTests {
  /// The product by its definition.
  private func naive(_ a: Tensor, _ b: Tensor, _ transposeA: Bool, _ transposeB: Bool) -> Tensor {
    func at(_ tensor: Tensor, _ row: Int, _ column: Int, _ transpose: Bool) -> Float {
      transpose ? tensor.elements[column * tensor.shape[1] + row] : tensor.elements[row * tensor.shape[1] + column]
    }
    let m = transposeA ? a.shape[1] : a.shape[0]
    let k = transposeA ? a.shape[0] : a.shape[1]
    let n = transposeB ? b.shape[0] : b.shape[1]
    var result = Tensor(shape: [m, n])
    for i in 0..<m {
      for j in 0..<n {
        result.elements[i * n + j] = (0..<k).reduce(0) { $0 + at(a, i, $1, transposeA) * at(b, $1, j, transposeB) }
      }
    }
    return result
  }

  private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Tensor {
    var random = SeededRandom(seed: seed)
    return Tensor(shape: [rows, columns], elements: (0..<rows * columns).map { _ in Float(random.normal()) })
  }

  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func productsFollowTheDefinition(transposeA: Bool, transposeB: Bool) {
    let a = transposeA ? matrix(4, 3, seed: 1) : matrix(3, 4, seed: 1)
    let b = transposeB ? matrix(5, 4, seed: 2) : matrix(4, 5, seed: 2)
    let product = LinearAlgebra.product(a, b, transposeA: transposeA, transposeB: transposeB)
    let expected = naive(a, b, transposeA, transposeB)
    #expect(product.shape == [3, 5])
    #expect(zip(product.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func emptyProductsAreZero() {
    #expect(LinearAlgebra.product(Tensor(shape: [0, 3]), Tensor(shape: [3, 2])).shape == [0, 2])
    #expect(LinearAlgebra.product(Tensor(shape: [2, 0]), Tensor(shape: [0, 2])) == Tensor(shape: [2, 2]))
  }

  @Test func distancesAreThoseOfTheRows() {
    let a = matrix(6, 7, seed: 3)
    let b = matrix(4, 7, seed: 4)
    for i in 0..<6 {
      for j in 0..<4 {
        let difference = zip(a[row: i].elements, b[row: j].elements).map { $0 - $1 }
        let distance = LinearAlgebra.distance(a[row: i].elements, b[row: j].elements)
        #expect(abs(distance * distance - LinearAlgebra.dot(difference, difference)) < 1e-4)
      }
    }
    #expect(LinearAlgebra.distance(a.elements, a.elements) == 0)
    #expect(LinearAlgebra.norm([3, 4]) == 5)
  }

  @Test func threadsStayWithinTheBudget() {
    openblas_set_num_threads(2 * CInt(ThreadBudget.cores))
    LinearAlgebra.limitThreads()
    #expect(Int(openblas_get_num_threads()) <= ThreadBudget.cores)
  }

  @Test func positiveDefiniteSystemsAreSolved() throws {
    let n = 6
    let root = matrix(n, n, seed: 5)
    var square = LinearAlgebra.product(root, root, transposeB: true).elements.map(Double.init)
    for i in 0..<n { square[i * n + i] += 1 }
    let right = [[1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 0, -1]].map { $0.map(Double.init) }
    let solutions = try #require(LinearAlgebra.solvePositiveDefinite(square, right))
    for (solution, expected) in zip(solutions, right) {
      for row in 0..<n {
        let value = (0..<n).reduce(0) { $0 + square[row * n + $1] * solution[$1] }
        #expect(abs(value - expected[row]) < 1e-9)
      }
    }
    #expect(LinearAlgebra.solvePositiveDefinite([1, 0, 0, -1], [[1, 1]]) == nil)
    #expect(LinearAlgebra.solvePositiveDefinite([], []) == [])
  }

  @Test func eigenvectorsAreStretchedByTheirValues() throws {
    let order = 40
    let factor = matrix(order, order, seed: 7)
    let square = LinearAlgebra.product(factor, factor, transposeB: true).elements.map(Double.init)
    let pairs = try #require(LinearAlgebra.eigenvectors(ofSymmetric: square, order: order))
    #expect(pairs.count == order && pairs.map(\.value) == pairs.map(\.value).sorted(by: >))
    for (value, vector) in pairs {
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-10)
      for row in 0..<order {
        let image = (0..<order).reduce(0.0) { $0 + square[row * order + $1] * vector[$1] }
        #expect(abs(image - value * vector[row]) < 1e-9 * pairs[0].value)
      }
    }
    #expect(LinearAlgebra.eigenvectors(ofSymmetric: [.nan], order: 1) == nil)
    #expect(LinearAlgebra.eigenvectors(ofSymmetric: [], order: 0)?.isEmpty == true)
  }
}
