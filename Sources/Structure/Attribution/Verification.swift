import Fields

/// What the classifier itself says about a contribution: the image is changed where the concept is, and the classifier
/// runs again.
///
/// Masking any patch of an image tends to lower every logit. So the sign is judged by the class's margin, its logit
/// less the mean logit of the reasoning network's other classes: masking what supports the class must lower the margin,
/// masking what speaks against it must raise it. The same change at random patches of the same shape shows whether the
/// concept has an effect at all.
package struct Verification: Sendable, Equatable {
  package var logitChange: Double
  package var marginChange: Double
  /// Whether the margin moves against the contribution's sign; false where either is 0 or not finite.
  package var agrees: Bool
  /// Compares the margin's change with changes by random patches; nil where no random patches were tried, or the image
  /// has no room.
  package var control: ControlComparison?
  /// Change of the margin when another image's patch of the same concept takes the place, which should change little.
  /// Nil where it was not tried.
  package var exemplarChange: Double?

  /// The judgement after comparison with random patches.
  package enum Verdict: String, Sendable, CaseIterable {
    /// The effect differs from that of random patches and has the contribution's sign.
    case confirmed
    /// The effect differs from that of random patches and has the other sign.
    case contradicted
    /// A random patch could have the same effect.
    case undecided
  }

  private let contribution: Double

  /// Nil without a comparison with random patches.
  package var verdict: Verdict? {
    guard let control else { return nil }
    guard control.isSignificant, contribution != 0 else { return .undecided }
    return (contribution > 0) == (control.effect < 0) ? .confirmed : .contradicted
  }

  /// - Parameters:
  ///   - change: by the edit at the concept.
  ///   - contribution: what the concept adds to the class's score.
  ///   - controls: changes of the margin by the same edit at random patches.
  ///   - exemplarChange: the change by another image's patch of the concept.
  package init(change: LogitChange, contribution: Double, controls: [Double] = [], exemplarChange: Double? = nil) {
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
  package var logit: Double
  /// The logit less the mean logit of the other classes.
  package var margin: Double

  package init(logit: Double, margin: Double) {
    (self.logit, self.margin) = (logit, margin)
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
      "Change of the class's logit less the mean logit of the reasoning network's other classes."),
    .field(
      "agrees", \.agrees, .bool, "Whether the margin changes against the contribution's sign, as it should."),
    .derivedOptional(
      "verdict", .word(Verdict.self),
      "Whether the effect has the contribution's sign; undecided where random patches have the effect as well. With controls."
    ) { $0.verdict },
    .derivedOptional("effect", .score, "The margin's change less its mean over the random patches.") {
      $0.control?.effect
    },
    .derivedOptional("interval", .interval, "The effect's 95 % interval.") { $0.control?.interval },
    .derivedOptional("p", .score, "Of the hypothesis that the concept has the effect of a random patch.") {
      $0.control?.pValue
    },
    .derivedOptional("random", .written(ControlComparison.fields), "The controls.") { $0.control },
    .optional(
      "exemplarChange", \.exemplarChange, .score,
      "Change of the margin with another image's patch of the same concept in its place, which should be small."),
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
