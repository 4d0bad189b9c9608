import Drawing

// A notebook shows a picture of three classes at about one pixel a point: smaller type would not be read there.
extension TextStyle {
  static let title = TextStyle(size: 16, bold: true)
  static let heading = TextStyle(size: 13, bold: true)
  static let body = TextStyle(size: 10.5)
  static let strong = TextStyle(size: 10.5, bold: true)
  static let small = TextStyle(size: 9.5)
  static let rowName = TextStyle(size: 9.5, bold: true)
  static let caption = TextStyle(size: 9, color: Color(0x5c5c5c))
}
