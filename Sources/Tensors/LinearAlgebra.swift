import COpenBLAS

/// Products of matrices and vectors, by OpenBLAS.
package enum LinearAlgebra {
  /// op(a) · op(b) for matrices, where op transposes if asked: [m, k] · [k, n] → [m, n].
  package static func product(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
  ) -> Tensor {
    assert(a.rank == 2 && b.rank == 2, "product takes matrices")
    let m = transposeA ? a.shape[1] : a.shape[0]
    let k = transposeA ? a.shape[0] : a.shape[1]
    let n = transposeB ? b.shape[0] : b.shape[1]
    assert(k == (transposeB ? b.shape[1] : b.shape[0]), "inner extents differ")
    var result = Tensor(shape: [m, n])
    guard m > 0, n > 0, k > 0 else { return result }
    _ = threadLimit
    a.elements.withUnsafeBufferPointer { a0 in
      b.elements.withUnsafeBufferPointer { b0 in
        result.elements.withUnsafeMutableBufferPointer { c0 in
          cblas_sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            blasint(m), blasint(n), blasint(k), 1, a0.baseAddress, blasint(a.shape[1]), b0.baseAddress,
            blasint(b.shape[1]), 0, c0.baseAddress, blasint(n))
        }
      }
    }
    return result
  }

  /// The inner product of two vectors of equal length.
  package static func dot(_ a: [Float], _ b: [Float]) -> Float {
    assert(a.count == b.count, "lengths differ")
    _ = threadLimit
    return cblas_sdot(blasint(a.count), a, 1, b, 1)
  }

  /// The Euclidean length of a vector.
  package static func norm(_ a: [Float]) -> Float {
    _ = threadLimit
    return cblas_snrm2(blasint(a.count), a, 1)
  }

  /// The Euclidean distance of two vectors, over as many entries as the shorter one has.
  package static func distance(_ a: [Float], _ b: [Float]) -> Float {
    var sum: Float = 0
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        for index in 0..<min(a.count, b.count) { sum += (a[index] - b[index]) * (a[index] - b[index]) }
      }
    }
    return sum.squareRoot()
  }

  /// The squared Euclidean length of each row: [m, d] → m values.
  package static func squaredRowNorms(_ a: Tensor) -> [Float] {
    _ = threadLimit
    let stride = a.rowStride
    return a.elements.withUnsafeBufferPointer { source in
      (0..<a.rows).map { row in
        guard let base = source.baseAddress else { return 0 }
        return cblas_sdot(blasint(stride), base + row * stride, 1, base + row * stride, 1)
      }
    }
  }
}
