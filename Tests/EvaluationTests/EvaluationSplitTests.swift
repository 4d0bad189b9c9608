import Images
import Testing

@testable import Evaluation

@Suite struct EvaluationSplitTests {
  private func images(_ name: String, _ count: Int, hash: (Int) -> String) -> EvaluationSplit.ClassImages {
    .init(
      name: name, images: (0..<count).map { (source: .path("/\(name)/\($0).png"), contentHash: hash($0)) })
  }

  private func split(
    _ classes: [EvaluationSplit.ClassImages], random: [ImageSource] = [], seed: UInt64 = 0, maxHeldOut: Int = 50
  ) throws -> EvaluationSplit {
    var options = EvaluationOptions()
    options.seed = seed
    options.maxHeldOut = maxHeldOut
    return try EvaluationSplit(classes, random: random, options: options)
  }

  @Test func nothingIsFittedThatIsHeldOut() throws {
    // Image 1 of each class has the content of image 0, and class b shares an image with a.
    let classes = [
      images("a", 20) { $0 == 1 ? "a 0" : "a \($0)" },
      images("b", 20) { $0 == 1 ? "b 0" : $0 == 5 ? "a 5" : "b \($0)" },
    ]
    let split = try split(classes)
    #expect(split.heldOut.map(\.count) == [5, 5] && split.fitted.map(\.count) == [14, 13])
    for (fitted, heldOut) in zip(split.fitted, split.heldOut) { #expect(Set(fitted).isDisjoint(with: heldOut)) }
    #expect(!(split.fitted + split.heldOut).joined().contains(.path("/b/5.png")))
    #expect(split.notes.contains { $0.contains("3 images are copies of others") })
    // Without random images the fitted images replace them, never the held-out ones.
    #expect(Set(split.random) == Set(split.fitted.joined()))
    #expect(try self.split(classes, random: [.path("/r.png")]).random == [.path("/r.png")])
  }

  @Test func theSeedDecides() throws {
    let classes = [images("a", 40) { "a \($0)" }]
    #expect(try split(classes).heldOut == split(classes).heldOut)
    #expect(try split(classes).heldOut != split(classes, seed: 1).heldOut)
    #expect(try split(classes, maxHeldOut: 3).heldOut[0].count == 3)
  }

  @Test func tooFewImagesAreCounted() {
    #expect(throws: EvaluationError.tooFewImages(className: "a", found: 7, needed: 8, heldOut: 2)) {
      try split([images("a", 7) { "\($0)" }])
    }
  }
}
