import Bank
import Base
import Concepts
import Images
import Structure

extension GraphBuilder {
  /// By class, what each place of the network's last feature map adds to the class's logit in an image: a short
  /// gradient pass each where the store does not know it; nil where no layer has places.
  package func relevances(of image: CatalogueEntry, monitor: WorkMonitor) throws -> [LayerRelevance?] {
    guard let layer = LayerRelevance.layer(of: model.classifier) else { return classes.map { _ in nil } }
    return try classes.map { entry in
      let recipe = StageRecipes.relevance(
        of: image.contentHash, model: model, layer: layer, classIndex: entry.classIndex)
      if let known = store.stage(recipe, as: LayerRelevance.self) { return known }
      let computed = try LayerRelevance(
        of: reader.input(of: image), classIndex: entry.classIndex, layer: layer, classifier: model.classifier,
        monitor: monitor)
      if let computed { store.keep(computed, for: recipe) }
      return computed
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
