import Fields
import Foundation

/// An image of a request.
package enum WireImage: Sendable, Equatable {
  /// A file or, where sets are asked for, a folder.
  case path(String)
  /// The bytes of a JPEG or PNG file.
  case bytes([UInt8])

  /// Most bytes of an inline image.
  package static let largestInline = 1 << 20
}

/// A class of a request.
package enum WireClass: Sendable, Equatable {
  /// Index among the model's outputs.
  case index(Int)
  /// Label, or one of its synonyms.
  case label(String)
}

extension FieldType where Value == WireImage {
  /// A path or {"base64": …}.
  package static var image: FieldType {
    FieldType(
      #"a path or {"base64": the bytes of a JPEG or PNG file of at most 1 MiB; larger ones go by path}"#,
      schema: .named(
        "Image",
        .anyOf([
          Schema.text.described("A path, absolute or relative to rootPath; a folder where sets are asked for."),
          Schema.object([.init("base64", .text, "The bytes of a JPEG or PNG file of at most 1 MiB.")]),
        ])),
      example: .string("image.png")
    ) { value in
      switch value {
      case .string(let path): return path.isEmpty || path.utf8.contains(0) ? nil : .path(path)
      case .object:
        guard case .string(let text)? = value["base64"],
          text.utf8.count <= (WireImage.largestInline + 2) / 3 * 4,
          let bytes = Data(base64Encoded: text), !bytes.isEmpty, bytes.count <= WireImage.largestInline
        else { return nil }
        return .bytes([UInt8](bytes))
      default: return nil
      }
    }
  }
}

extension FieldType where Value == WireClass {
  package static var classReference: FieldType {
    FieldType(
      "a class: its index, its label or one of the label's synonyms",
      schema: .named(
        "ClassName",
        .anyOf([
          Schema.count.described("The index among the model's outputs."),
          Schema.text.described(
            "The full label or one of its comma-separated synonyms, in any case, with blanks or underscores."),
        ])),
      example: .string("label")
    ) { value in
      switch value {
      case .int(let index): Int(exactly: index).flatMap { $0 >= 0 ? .index($0) : nil }
      case .double(let index): Int(exactly: index).flatMap { $0 >= 0 ? .index($0) : nil }
      case .string(let label): label.isEmpty ? nil : .label(label)
      default: nil
      }
    }
  }
}
