import Foundation

/// Changes SVG files of Cairo.
enum SVGText {
  static func described(_ svg: [UInt8], title: String, description: String) -> [UInt8] {
    var text = String(decoding: svg, as: UTF8.self)
    guard let root = text.range(of: "<svg "), let end = text[root.upperBound...].firstIndex(of: ">") else { return svg }
    let words = "\n<title>\(MarkupText.escape(title))</title>\n<desc>\(MarkupText.escape(description))</desc>"
    text.insert(contentsOf: words, at: text.index(after: end))
    text.insert(contentsOf: "role=\"img\" ", at: root.upperBound)
    return Array(text.utf8)
  }

  /// The file whose definitions are named by their order in it: Cairo counts them over the life of the process.
  static func renumbered(_ svg: [UInt8]) -> [UInt8] {
    let marks = ["id=\"", "href=\"#", "url(#"].map { Array($0.utf8) }
    let ends: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: ")")]
    var names: [ArraySlice<UInt8>: Int] = [:]
    var result: [UInt8] = []
    result.reserveCapacity(svg.count)
    var index = 0
    while index < svg.count {
      guard let mark = marks.first(where: { svg[index...].starts(with: $0) }) else {
        result.append(svg[index])
        index += 1
        continue
      }
      let start = index + mark.count
      let end = svg[start...].firstIndex(where: ends.contains) ?? svg.count
      let number = names[svg[start..<end], default: names.count]
      names[svg[start..<end]] = number
      result += mark + Array("d\(number)".utf8)
      index = end
    }
    return result
  }
}
