import Testing

@testable import Images

@Suite struct ImageCollectionTests {
  @Test func aDrawnOrderBearsAddingRemovingAndMoving() {
    let images = (0..<60).map { ImageSource.path("/photos/\($0).png") }
    func names(_ images: [ImageSource], seed: UInt64 = 1) -> [String] {
      ImageCollection.drawn(images, seed: seed, purpose: "test").compactMap {
        images[$0].path?.split(separator: "/").last.map(String.init)
      }
    }
    let order = names(images)
    #expect(Set(order).count == 60 && order != images.indices.map { "\($0).png" })
    #expect(names(images.map { .path("/elsewhere" + ($0.path ?? "")) }) == order)
    let fewer = images.filter { $0.path?.hasSuffix("7.png") != true }
    #expect(names(fewer) == order.filter { !$0.hasSuffix("7.png") })
    #expect(names(images, seed: 2) != order)
  }
}
