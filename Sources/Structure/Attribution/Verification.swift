import Fields

/// What the classifier itself says about a contribution: the image is changed where the concept is, and the classifier run again.
///
/// Masking any part of an image tends to lower every logit. So the sign is judged by the class's margin, its logit less the
/// mean logit of the graph's other classes: masking what supports the class must lower the margin, masking what speaks
/// against it must raise it. The same change at random patches of like shape tells whether there is an effect of the concept at all.
package struct Verification: Sendable, Equatable {
  /// Change of the class's own logit.
  package var logitChange: Double
  /// Change of the class's margin over the mean of the graph's other classes.
  package var marginChange: Double
  /// Whether the margin moved against the contribution's sign; false where either is 0 or not finite.
  package var agrees: Bool
  /// How the margin's change compares with that by random patches; nil where none were tried, or there was no room for any.
  package var control: ControlComparison?
  /// Change of the margin when another image's patch of the same concept takes the place: a good patch for a good one, which should change
  /// little. Nil where it was not tried.
  package var exemplarChange: Double?

  /// What random patches leave of a contribution's sign.
  package enum Verdict: String, Sendable, CaseIterable {
    /// The effect is told from that of random patches, and has the sign that the contribution claims.
    case confirmed
    /// The effect is told from that of random patches, and has the other sign.
    case contradicted
    /// A random patch might have had the effect as well.
    case undecided
  }

  private let contribution: Double

  /// What the comparison with random patches says of the contribution; nil where there is no comparison.
  package var verdict: Verdict? {
    guard let control else { return nil }
    guard control.isSignificant, contribution != 0 else { return .undecided }
    return (contribution > 0) == (control.effect < 0) ? .confirmed : .contradicted
  }

  /// Judges one contribution.
  ///
  /// - Parameters:
  ///   - change: what the edit at the concept changes.
  ///   - contribution: what the concept adds to the class's score.
  ///   - controls: changes of the margin by the same edit at random patches.
  ///   - exemplarChange: that by another image's patch of the concept.
  package init(
    change: LogitChange, contribution: Double, controls: [Double] = [], exemplarChange: Double? = nil
  ) {
    logitChange = change.logit
    marginChange = change.margin
    agrees = contribution > 0 && change.margin < 0 || contribution < 0 && change.margin > 0
    control = ControlComparison(change: change.margin, controls: controls)
    self.exemplarChange = exemplarChange
    self.contribution = contribution
  }
}

/// What an edit of an image changes of a class's output.
package struct LogitChange: Sendable, Equatable {
  /// Change of the class's logit.
  package var logit: Double
  /// Change of its logit less the mean logit of the other classes.
  package var margin: Double

  package init(logit: Double, margin: Double) {
    self.logit = logit
    self.margin = margin
  }

  /// - Parameters:
  ///   - before: the classifier's logits of the classes for the image as it is.
  ///   - after: those for the image as it is edited.
  ///   - output: position of the class among them.
  package init(before: [Float], after: [Float], output: Int) {
    let changes = zip(before, after).map { Double($1) - Double($0) }
    let own = changes.indices.contains(output) ? changes[output] : 0
    self.init(logit: own, margin: ClassMargin.of(output, in: changes))
  }
}

extension Verification: WrittenRecord {
  package static let partName: String? = "Verification"
  package static let fields = FieldList<Verification>([
    .field("logitChange", \.logitChange, .score, "Change of the class's logit."),
    .field(
      "marginChange", \.marginChange, .score,
      "Change of the class's logit less the mean logit of the graph's other classes."),
    .field(
      "agrees", \.agrees, .bool, "Whether the signs of contribution and margin's change agree with each other."),
    .derivedOptional(
      "verdict", .word(Verdict.self),
      "Whether the effect has the sign that the contribution claims; undecided where random patches have it as well. With controls."
    ) { $0.verdict },
    .derivedOptional("effect", .score, "The margin's change less its mean over the random patches.") {
      $0.control?.effect
    },
    .derivedOptional("interval", .interval, "The effect's 95 % interval.") { $0.control?.interval },
    .derivedOptional("p", .score, "That the concept is as any random patch.") { $0.control?.pValue },
    .derivedOptional("random", .written(ControlComparison.fields), "The controls.") { $0.control },
    .optional(
      "exemplarChange", \.exemplarChange, .score,
      "Change of the margin with another image's patch of the same concept in its place: a good patch for a good one."),
  ])
}

extension ControlComparison {
  /// The random patches.
  static let fields = FieldList<ControlComparison>([
    .derived("patches", .count, "Random patches of the same shape.") { $0.count },
    .derived("mean", .score, "Mean change of the margin by these.") { $0.mean },
    .derived("sd", .score, "Its standard deviation.") { $0.standardDeviation },
  ])
}
