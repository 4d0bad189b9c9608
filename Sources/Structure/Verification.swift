/// What the classifier itself says about a contribution: the concept is masked in the image, and the classifier run again.
///
/// Masking any part of an image tends to lower every logit. So the sign is judged by the class's margin, its logit less the
/// mean logit of the graph's other classes: masking what supports the class must lower the margin, masking what speaks
/// against it must raise it.
public struct Verification: Sendable, Equatable {
  /// Change of the class's own logit after masking.
  public var logitChange: Float
  /// Change of the class's margin over the mean of the graph's other classes.
  public var marginChange: Float
  /// Whether the margin moved against the contribution's sign; false where either is 0 or not finite.
  public var agrees: Bool

  /// Judges one contribution.
  ///
  /// - Parameters:
  ///   - classIndices: the classifier's index of each class of the graph.
  ///   - output: position in `classIndices` of the class that the contribution is to.
  ///   - logits: all the classifier's logits for the image as it is.
  ///   - maskedLogits: all its logits with the concept masked.
  ///   - contribution: what the concept adds to the class's score.
  public init(classIndices: [Int], output: Int, logits: [Float], maskedLogits: [Float], contribution: Float) {
    let count = min(logits.count, maskedLogits.count)
    let changes = classIndices.map { index in
      (0..<count).contains(index) ? maskedLogits[index] - logits[index] : 0
    }
    let own = changes.indices.contains(output) ? changes[output] : 0
    let others = changes.indices.filter { $0 != output }.map { changes[$0] }
    let margin = others.isEmpty ? own : own - others.reduce(0, +) / Float(others.count)
    logitChange = own
    marginChange = margin
    agrees = contribution > 0 && margin < 0 || contribution < 0 && margin > 0
  }
}
