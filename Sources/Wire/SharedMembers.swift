import Fields
import Images

/// Members that several requests have, each read and described in one place.
extension FieldReader {
  func model() throws -> String { try required("model", .string, "The network's handle or name.") }

  /// Restricts a list to one network.
  func onlyModel() throws -> String? { try optional("model", .string, "Of this network only.") }

  func graphModel() throws -> String { try required("graphModel", .string, "The reasoning network's handle.") }

  func latestGraphModel(covering classes: String = "") throws -> String? {
    try optional("graphModel", .string, "The reasoning network's handle; the latest\(classes) where absent.")
  }

  func image() throws -> WireImage { try required("image", .image, "The image.") }

  func images(_ meaning: String = "The images, or folders of them.") throws -> [WireImage] {
    try required("images", .list(of: .image), meaning)
  }

  func imagesByClass(_ meaning: String) throws -> [String: [WireImage]] {
    try required("images", FieldType<[String: [WireImage]]>.map(of: .list(of: .image)), meaning)
  }

  func classReference() throws -> WireClass { try required("class", .classReference, "The class.") }

  func classes() throws -> [WireClass] {
    try required("classes", .list(of: .classReference), "The classes, two or more.")
  }

  func concept() throws -> String { try required("concept", .string, "The concept's id.") }

  func verify() throws -> Bool {
    try optional("verify", .bool, default: false, "Whether the classifier itself is asked about each concept.")
  }

  func seed() throws -> UInt64 { try optional("seed", .seed, default: 0, "Decides what is random.") }

  /// The member `options`; `blank` where it is absent.
  func options<Options>(_ type: FieldType<Options>, blank: Options) throws -> Options {
    try optional("options", type, "Options that differ from the defaults; unknown names are refused.") ?? blank
  }
}

extension Field {
  /// The images that a request passed over.
  static func skipped(_ path: WritableKeyPath<Record, [SkippedImage]> & Sendable) -> Field {
    .field("skipped", path, .array(of: SkippedImage.type), "Images that could not be used.")
  }
}
