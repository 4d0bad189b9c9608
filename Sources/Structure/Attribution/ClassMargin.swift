/// A class's margin over other classes: its logit less the mean of theirs.
enum ClassMargin {
  /// The margin of the class at `position` of `logits`, in their unit. A single class has its logit as margin; a
  /// missing one counts as logit 0.
  static func of(_ position: Int, in logits: [Double]) -> Double {
    let own = logits.indices.contains(position) ? logits[position] : 0
    let others = logits.indices.filter { $0 != position }.map { logits[$0] }
    return own - others.reduce(0, +) / Double(max(1, others.count))
  }
}
