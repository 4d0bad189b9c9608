import Fields

extension FieldType where Value == Box {
  /// [x, y, width, height] in pixels of the original image.
  package static var box: FieldType {
    FieldType(
      "an array of four whole numbers: x, y, width, height", schema: .box,
      example: .array([.int(0), .int(0), .int(1), .int(1)]),
      write: { .array([.count($0.x), .count($0.y), .count($0.width), .count($0.height)]) }
    ) { value in
      guard case .array(let elements) = value, elements.count == 4 else { return nil }
      let numbers = elements.compactMap { try? FieldType<Int>.count.read($0, "box") }
      return numbers.count == 4 ? Box(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]) : nil
    }
  }
}
