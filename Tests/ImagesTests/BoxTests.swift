import Testing

@testable import Images

@Suite struct BoxTests {
  private func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Box {
    Box(x: x, y: y, width: width, height: height)
  }

  @Test func overlapIsIntersectionOverUnion() {
    let square = box(0, 0, 4, 4)
    #expect(square.overlap(with: square) == 1)
    // 8 of 16 + 16 - 8 pixels.
    #expect(square.overlap(with: box(2, 0, 4, 4)) == 8.0 / 24)
    #expect(square.overlap(with: box(1, 1, 2, 2)) == 0.25)
    // Edges that touch, and boxes apart in both directions.
    #expect(square.overlap(with: box(4, 0, 4, 4)) == 0)
    #expect(square.overlap(with: box(9, 9, 4, 4)) == 0)
    #expect(box(0, 0, 0, 0).overlap(with: box(0, 0, 0, 0)) == 0)
  }
}
