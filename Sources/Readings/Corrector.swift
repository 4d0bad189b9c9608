import Bank
import Base
import Concepts
import Images
import Networks
import Reports
import Structure

/// Substitutes the concept that is blamed for a mistake, and asks the classifier what it makes of it (METHOD section 5,
/// logic consistency).
///
/// Nothing is chosen by what the classifier says to it: the concept is the one the explanation blames, what takes its
/// place is the concept of the true class that corrects it best by the reasoning network, and a random patch is drawn
/// once. The classifier is asked about the two edited images alone.
package struct Corrector {
  package let reading: ImageReading
  /// Position of the true class.
  package let truth: Int
  /// Of the random patch.
  package let seed: UInt64

  package init(reading: ImageReading, truth: Int, seed: UInt64) {
    self.reading = reading
    self.truth = truth
    self.seed = seed
  }

  /// What comes of it; nil where no exemplar of the true class can be read any more.
  package func correction(of blame: Blame, monitor: WorkMonitor) throws -> DiagnosisReport.Correction? {
    let classes = reading.trained.classes
    guard let mask = reading.graphs[blame.graph].nodes[blame.from].mask else { return nil }
    let concepts = classes[truth].concepts
    let substitution = GraphSubstitution(graphs: reading.graphs, truth: truth, place: mask)
    let order = substitution.ranked(concepts, against: reading.choice, by: reading.trained.network)
    for position in order {
      guard let exemplar = reading.exemplar(of: concepts[position], graph: truth) else { continue }
      let (source, box) = try reading.randomRegion(notOf: truth, seed: seed)
      let pictures = [PatchEdit.substitute(box: exemplar.box, of: exemplar.picture), .substitute(box: box, of: source)]
        .map { $0.apply(to: reading.input, patch: mask).picture }
      let logits = try EngineError.mapped { try reading.builder.classLogits(showing: pictures, monitor: monitor) }
      let trial = CorrectionTrial(
        before: reading.classLogits, substituted: logits[0], random: logits[1], truth: truth,
        chosen: reading.choice)
      return DiagnosisReport.Correction(
        replaced: classes[blame.graph].concepts[blame.from].name, by: concepts[position].name,
        corrects: trial.corrects, marginChange: trial.marginChange, randomCorrects: trial.randomCorrects)
    }
    return nil
  }
}
