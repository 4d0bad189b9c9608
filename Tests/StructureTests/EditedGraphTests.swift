import Concepts
import Images
import Testing

@testable import Structure

/// A graph of three concepts in an image of 12 × 12 pixels: at the top left, at the bottom right, and one that is not
/// seen.
@Suite struct EditedGraphTests {
  private let concepts = [Float(1), 2, 3].enumerated().map { rank, value in
    concept("c\(rank)", rank: rank, center: [value, value], threshold: 0.5)
  }

  private func square(_ left: Int, _ top: Int, _ size: Int = 4) -> Mask {
    var mask = Mask(width: 12, height: 12)
    for y in top..<top + size { for x in left..<left + size { mask[x, y] = true } }
    return mask
  }

  private func patch(_ mask: Mask, _ value: Float) throws -> EmbeddedPatch {
    EmbeddedPatch(box: try #require(mask.boundingBox), mask: mask, embedding: [value, value])
  }

  private func graph() throws -> ConceptGraph {
    GraphMatcher(nodeCount: 3, dummyValue: 0).graph(
      classIndex: 0, concepts: concepts, patches: [try patch(square(0, 0), 1), try patch(square(8, 8), 2)])
  }

  /// The graph after `edit` of the patch at the top left; what each region then shows is `seen`'s answer.
  private func after(_ edit: PatchEdit, at mask: Mask? = nil, seen: (Mask) -> Float) throws -> ConceptGraph {
    let change = PatchChange(edit, of: mask ?? square(0, 0))
    let edited = EditedGraph(try graph(), concepts: concepts, changes: [change], plan: plan)
    return edited.graph(
      patches: edited.regions.map {
        EmbeddedPatch(box: $0.box, mask: $0.mask, embedding: [seen($0.mask), seen($0.mask)])
      })
  }

  private var plan: MaskedVariantPlan {
    var options = TrainingOptions()
    options.variants.dummyValue = 0
    return MaskedVariantPlan(options: options)
  }

  private let picture = RGBImage(width: 4, height: 4, filledWith: (9, 9, 9))

  @Test func allPartsOfARegionAreSeenAgain() throws {
    // One concept at two places; the other is not seen.
    let (left, right) = (square(0, 0), square(8, 0, 2))
    let whole = GraphMatcher(nodeCount: 2, dummyValue: 0).graph(
      classIndex: 0, concepts: Array(concepts.prefix(2)), patches: [try patch(left, 1.2), try patch(right, 0.9)],
      clusters: .blank, attention: nil)
    #expect(whole.nodes[0].mask?.area == 20)
    func after(_ edit: PatchEdit, at mask: Mask, seen: (Mask) -> Float) -> ConceptGraph {
      let edited = EditedGraph(
        whole, concepts: Array(concepts.prefix(2)), changes: [PatchChange(edit, of: mask)], plan: plan)
      return edited.graph(
        patches: edited.regions.map {
          EmbeddedPatch(box: $0.box, mask: $0.mask, embedding: [seen($0.mask), seen($0.mask)])
        })
    }
    // An edit elsewhere: both parts are embedded again, and weighted by their pixels.
    let elsewhere = after(.mask(level: 117), at: square(0, 8)) { $0 == left ? 1.25 : 0.75 }
    let mean: Float = (16 * 1.25 + 4 * 0.75) / 20
    #expect(elsewhere.nodes[0].embedding == [mean, mean])
    #expect(elsewhere.nodes[0].mask == whole.nodes[0].mask && elsewhere.nodes[0].parts == whole.nodes[0].parts)
    // What stands in its place is judged by its nearest part.
    let region = try #require(whole.nodes[0].mask)
    #expect(after(.replace(with: picture), at: region) { $0 == left ? 1.1 : 9 }.nodes[0].detected)
    #expect(!after(.replace(with: picture), at: region) { _ in 9 }.nodes[0].detected)
    // Moved down, it takes its parts with it.
    let moved = after(.move(to: (x: 0.4, y: 0.9)), at: region) { _ in 1 }.nodes[0]
    #expect(moved.detected && moved.parts.count == 2 && moved.center.y > whole.nodes[0].center.y)
    #expect(!after(.mask(level: 117), at: region) { _ in 1 }.nodes[0].detected)
  }

  @Test func beforeTheEditTwoAreSeen() throws {
    #expect(try graph().nodes.map(\.detected) == [true, true, false])
  }

  @Test func aMaskedConceptIsGoneAndTheOthersStay() throws {
    // The other's patch reads a little differently, farther than its threshold: it is still there.
    let result = try after(.mask(level: 117)) { _ in 2.8 }
    #expect(result.nodes.map(\.detected) == [false, true, false])
    #expect(result.nodes[0].embedding == [0, 0] && result.nodes[1].embedding == [2.8, 2.8])
    #expect(result.nodes[1].mask == square(8, 8))
  }

  @Test func aReplacedConceptIsJudgedByWhatIsThere() throws {
    let alike = try after(.replace(with: picture)) { $0 == square(0, 0) ? 1.1 : 2 }
    #expect(alike.nodes.map(\.detected) == [true, true, false])
    let foreign = try after(.replace(with: picture)) { $0 == square(0, 0) ? 9 : 2 }
    #expect(foreign.nodes.map(\.detected) == [false, true, false])
  }

  @Test func whatIsNewIsSoughtWhereItWasPut() throws {
    let result = try after(.replace(with: picture)) { $0 == square(0, 0) ? 3.1 : 2 }
    #expect(result.nodes.map(\.detected) == [false, true, true])
    #expect(result.nodes[2].mask == square(0, 0))
  }

  @Test func whatTheEditBearsOnIsNamed() throws {
    let change = PatchChange(.replace(with: picture), of: square(0, 0))
    let edited = EditedGraph(try graph(), concepts: concepts, changes: [change], plan: plan)
    // The third concept, not seen before, only where it is seen now.
    let with = try after(.replace(with: picture)) { $0 == square(0, 0) ? 3.1 : 2 }
    #expect(edited.editedNodes(after: with) == [0, 2])
    let without = try after(.replace(with: picture)) { $0 == square(0, 0) ? 9 : 2 }
    #expect(edited.editedNodes(after: without) == [0])
  }

  @Test func aMovedConceptIsFoundWhereItWent() throws {
    let result = try after(.move(to: (x: 8.0 / 12, y: 2.0 / 12))) { $0 == square(8, 8) ? 2 : 1 }
    #expect(result.nodes.map(\.detected) == [true, true, false])
    let moved = try #require(result.nodes[0].mask?.boundingBox)
    #expect(moved.y == 0 && moved.x > 3 && moved.width == 4)
    #expect(result.nodes[0].center.x > 0.5 && result.nodes[1].mask == square(8, 8))
  }

  @Test func aConceptThatAnotherIsLaidOnIsJudged() throws {
    let result = try after(.move(to: (x: 10.0 / 12, y: 10.0 / 12))) { _ in 1 }
    #expect(result.nodes.map(\.detected) == [true, false, false])
  }
}
