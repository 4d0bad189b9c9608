import Testing

@testable import Tensors

@Suite struct TensorTests {
  let matrix = Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])

  @Test func rowsAreSliced() {
    #expect(matrix[row: 1] == Tensor(shape: [3], elements: [4, 5, 6]))
    #expect(matrix.gatheringRows([1, 0, 1]) == Tensor(shape: [3, 3], elements: [4, 5, 6, 1, 2, 3, 4, 5, 6]))
    #expect(matrix.gatheringRows([]).shape == [0, 3])
    #expect(matrix.reshaped([3, 2]).shape == [3, 2])
  }

  @Test func tensorsAreStackedAndJoined() {
    let row = Tensor(shape: [3], elements: [7, 8, 9])
    #expect(Tensor.stack([row, row]).shape == [2, 3])
    #expect(Tensor.stack([]).shape == [0])
    let joined = Tensor.concatenate([matrix, Tensor.stack([row])])
    #expect(joined == Tensor(shape: [3, 3], elements: [1, 2, 3, 4, 5, 6, 7, 8, 9]))
    #expect(Tensor.concatenate([]).shape == [0])
  }

  @Test func spaceIsAveraged() {
    let maps = Tensor(shape: [1, 2, 2, 2], elements: [1, 2, 3, 4, 0, 0, 0, 8])
    #expect(maps.averagedOverSpace() == Tensor(shape: [1, 2], elements: [2.5, 2]))
    #expect(matrix.averagedOverSpace() == matrix)
    #expect(Tensor(shape: [2, 2, 0]).averagedOverSpace() == Tensor(shape: [2, 2]))
  }

  @Test func scalarsHaveTheEmptyShape() {
    let scalar = Tensor(shape: [], elements: [3])
    #expect(scalar.rank == 0 && scalar.rows == 1 && scalar.rowStride == 1)
  }
}
