package struct TextStyle: Sendable, Equatable {
  /// Size in points.
  package var size: Double
  package var bold: Bool
  package var color: Color

  /// Dark grey unless another colour is given.
  package init(size: Double, bold: Bool = false, color: Color = Color(0x222222)) {
    self.size = size
    self.bold = bold
    self.color = color
  }

  package func colored(_ color: Color) -> TextStyle {
    var copy = self
    copy.color = color
    return copy
  }
}
