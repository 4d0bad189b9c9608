import Testing

@testable import Base

@Suite struct ExtentsTests {
  @Test(arguments: [([], 1), ([3, 4, 5], 60), ([7, 0, 9], 0), ([Int.max, 2], nil), ([1 << 40, 1 << 40, 0], nil)])
  func productsDoNotOverflow(extents: [Int], product: Int?) { #expect(Extents.product(extents) == product) }
}
