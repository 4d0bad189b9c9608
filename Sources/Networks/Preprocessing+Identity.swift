extension Preprocessing {
  /// What stands for it in an identity: every value by name.
  package var recipeParts: [(name: String, value: String)] {
    func list(_ values: [Double]) -> String { values.map { String($0) }.joined(separator: " ") }
    return [
      ("width", String(width)), ("height", String(height)), ("resize", resize.rawValue), ("mean", list(mean)),
      ("std", list(standardDeviation)), ("scale", String(scale)), ("channelOrder", channelOrder.rawValue),
      ("layout", layout.rawValue),
    ]
  }
}
