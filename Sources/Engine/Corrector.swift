import Base
import Concepts
import Images
import Networks
import Structure

/// Substitutes the concept that is blamed for a mistake, and asks the classifier what it makes of it (METHOD section 5, logic consistency).
///
/// Nothing is chosen by what the classifier says to it: the concept is the one the explanation blames, what takes its place is the concept of
/// the true class by which the reasoning network foretells the best correction, and a random patch is drawn once. The classifier is asked about
/// the two pictures alone.
struct Corrector {
  let engine: Engine
  let reading: ImageReading
  /// Position of the true class.
  let truth: Int
  /// Of the random patch.
  let seed: UInt64

  /// What comes of it; nil where no exemplar of the true class can be read any more.
  func correction(of blame: Blame, monitor: WorkMonitor) throws -> DiagnosisReport.Correction? {
    let classes = reading.trained.classes
    guard let mask = reading.graphs[blame.graph].nodes[blame.from].mask else { return nil }
    let concepts = classes[truth].concepts
    let substitution = GraphSubstitution(graphs: reading.graphs, truth: truth, place: mask)
    let order = substitution.ranked(concepts, against: reading.choice, by: reading.trained.network)
    for position in order {
      guard let exemplar = engine.exemplar(of: concepts[position], graph: truth, in: reading) else { continue }
      let (source, box) = try engine.randomRegion(notOf: truth, reading: reading, seed: seed)
      let pictures = [PatchEdit.substitute(box: exemplar.box, of: exemplar.picture), .substitute(box: box, of: source)]
        .map { $0.apply(to: reading.input, patch: mask).picture }
      let logits = try Engine.method { try reading.model.classifier.logits(of: pictures, monitor: monitor) }
      let (substituted, random) = (logits[row: 0].elements, logits[row: 1].elements)
      return DiagnosisReport.Correction(
        replaced: classes[blame.graph].concepts[blame.from].name, by: concepts[position].name,
        corrects: isCorrect(substituted), marginChange: margin(substituted) - margin(reading.logits),
        randomCorrects: isCorrect(random))
    }
    return nil
  }

  /// The true class's logit less that of the class that was chosen.
  private func margin(_ logits: [Float]) -> Double {
    let indices = reading.trained.classIndices
    return Double(logits[indices[truth]]) - Double(logits[indices[reading.choice]])
  }

  private func isCorrect(_ logits: [Float]) -> Bool {
    let indices = reading.trained.classIndices
    return indices.indices.max { logits[indices[$0]] < logits[indices[$1]] } == truth
  }
}
