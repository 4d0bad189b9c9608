import Fields

/// Where an image comes from.
package enum ImageSource: Sendable, Hashable {
  case path(String)
  /// The bytes of a JPEG or PNG file.
  case bytes([UInt8])

  /// How results name the image: its path, or a note of its size.
  package var displayName: String {
    switch self {
    case .path(let path): path
    case .bytes(let bytes): "inline image (\(bytes.count) bytes)"
    }
  }

  /// The file's path; nil for bytes.
  package var path: String? {
    if case .path(let path) = self { path } else { nil }
  }
}

/// An image that was skipped, and why.
package struct SkippedImage: Sendable, Equatable {
  package var image: String
  package var reason: String

  package init(image: String, reason: String) {
    (self.image, self.reason) = (image, reason)
  }
}

extension SkippedImage: StoredRecord {
  package static let partName: String? = "SkippedImage"
  package static var blank: SkippedImage { SkippedImage(image: "", reason: "") }

  package static let fields = FieldList<SkippedImage>([
    .field("image", \.image, .anyString, "As the request named it."),
    .field("reason", \.reason, .anyString, "What was wrong with it."),
  ])
}

extension ImageSource: Archivable {
  package static var blank: ImageSource { .path("") }

  package mutating func archive(in archive: inout Archive) throws {
    var (path, bytes): (String, [UInt8]) = ("", [])
    var isInline = false
    switch self {
    case .path(let text): path = text
    case .bytes(let content): (bytes, isInline) = (content, true)
    }
    try archive.field(&isInline)
    if isInline { try archive.field(&bytes) } else { try archive.field(&path) }
    self = isInline ? .bytes(bytes) : .path(path)
  }
}
