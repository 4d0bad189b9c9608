import Drawing

extension TextStyle {
  static let title = TextStyle(size: 15, bold: true)
  static let heading = TextStyle(size: 12.5, bold: true)
  static let body = TextStyle(size: 10)
  static let strong = TextStyle(size: 10, bold: true)
  static let small = TextStyle(size: 8.5)
  static let caption = TextStyle(size: 8, color: Color(0x5c5c5c))
  static let warning = TextStyle(size: 10, bold: true, color: Color(0x9c1c00))
}
