import Images
import Testing

@testable import Structure

@Suite struct MaskedVariantPlanTests {
  private func node(_ id: String, _ box: Box?) -> ConceptGraph.Node {
    guard let box else { return .dummy(conceptID: id, distance: .infinity, width: 2, value: 0.01) }
    return .init(
      conceptID: id, detected: true, distance: 1, center: (0.2, 0.3), box: box, mask: mask(box), embedding: [1, 2])
  }

  private var graphs: [ConceptGraph] {
    let (a, b, c) = (
      Box(x: 0, y: 0, width: 4, height: 4), Box(x: 8, y: 0, width: 4, height: 4), Box(x: 14, y: 5, width: 4, height: 4)
    )
    // The second hypothesis shares a patch with the first, and has one that lies half inside it.
    return [
      ConceptGraph(classIndex: 0, nodes: [node("a", a), node("b", b), node("none", nil)]),
      ConceptGraph(
        classIndex: 1, nodes: [node("a too", a), node("half", Box(x: 2, y: 0, width: 4, height: 4)), node("c", c)]),
    ]
  }

  @Test func variantsAreDistinctReproducibleAndHideWhatTheyMask() {
    var options = TrainingOptions()
    options.variants.maskedVariants = 5
    options.run.seed = 11
    let plan = MaskedVariantPlan(options: options)
    let variants = plan.variants(of: graphs, imageIndex: 3)
    #expect(variants.count == 5 && Set(variants.map(\.mask)).count == 5)
    let again = plan.variants(of: graphs, imageIndex: 3)
    #expect(again.map(\.mask) == variants.map(\.mask))
    #expect(plan.variants(of: graphs, imageIndex: 4).map(\.mask) != variants.map(\.mask))
    for variant in variants {
      #expect(variant.mask.area > 0)
      for (graph, original) in zip(variant.graphs, graphs) {
        for (node, before) in zip(graph.nodes, original.nodes) {
          guard let own = before.mask else {
            #expect(!node.detected)
            continue
          }
          let isHidden = 2 * own.intersectionArea(variant.mask) >= own.area
          #expect(node.detected == !isHidden && node.conceptID == before.conceptID)
          #expect(node.embedding == (isHidden ? [0.01, 0.01] : before.embedding))
        }
      }
      // Something is hidden, and pixels are masked only where a detected node is.
      #expect(variant.graphs.flatMap(\.nodes).filter(\.detected).count < 5)
      var pixels = Mask(width: 20, height: 10)
      for node in graphs.flatMap(\.nodes) { node.mask?.forEachPixel { x, y in pixels[x, y] = true } }
      #expect(variant.mask.intersectionArea(pixels) == variant.mask.area)
    }
  }

  @Test func noMoreVariantsThanThereAreSubsets() {
    var options = TrainingOptions()
    options.variants.maskedVariants = 9
    let one = ConceptGraph(classIndex: 0, nodes: [node("a", Box(x: 0, y: 0, width: 2, height: 2))])
    #expect(MaskedVariantPlan(options: options).variants(of: [one], imageIndex: 0).count == 1)
    let none = ConceptGraph(classIndex: 0, nodes: [node("a", nil)])
    #expect(MaskedVariantPlan(options: options).variants(of: [none], imageIndex: 0).isEmpty)
    options.variants.maskedVariants = 0
    #expect(MaskedVariantPlan(options: options).variants(of: [one], imageIndex: 0).isEmpty)
  }
}
