import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// By class, what each place of the layer adds to the class's logit in an image. No pass more than its graphs took:
  /// nil where they needed no attention, or the layer has no spatial extents.
  package func relevances(of image: CatalogueEntry, monitor: WorkMonitor) throws -> [LayerRelevance?] {
    try classes.map { entry in
      guard entry.options.attention.attention else { return nil }
      return try PatchReader(recipes: recipes(entry), images: reader, store: store)
        .gradients(of: image, classIndex: entry.classIndex, monitor: monitor).relevance
    }
  }
}

extension [LayerRelevance?] {
  /// What removing a region in the layer takes from the margin of the class at `position` over those at `others`; nil
  /// where that is not known.
  package func removal(of region: Mask, at position: Int, against others: [Int]) -> Double? {
    func sum(_ position: Int) -> Double? { indices.contains(position) ? self[position]?.sum(over: region) : nil }
    let rivals = others.compactMap(sum)
    guard let own = sum(position), rivals.count == others.count else { return nil }
    return own - (rivals.isEmpty ? 0 : rivals.reduce(0, +) / Double(rivals.count))
  }
}
