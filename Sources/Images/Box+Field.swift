import Fields

extension FieldType where Value == Box {
  /// [x, y, width, height] in pixels of the original image.
  package static var box: FieldType {
    FieldType<[Int]>.list(of: .count, length: 4).mapped(schema: .box) {
      Box(x: $0[0], y: $0[1], width: $0[2], height: $0[3])
    } from: {
      [$0.x, $0.y, $0.width, $0.height]
    }
  }
}
