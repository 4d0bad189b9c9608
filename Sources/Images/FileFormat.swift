/// The format of an image file, recognised by its first bytes.
enum FileFormat: Equatable {
  case jpeg
  case png
  /// A known format that is not read.
  case other(String)
  case unknown
  case empty

  private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let unsupported: [(offset: Int, signature: String, name: String)] = [
    (0, "GIF8", "GIF"), (0, "BM", "BMP"), (8, "WEBP", "WebP"), (0, "II*\0", "TIFF"), (0, "MM\0*", "TIFF"),
    (4, "ftypavif", "AVIF"), (4, "ftyphei", "HEIC"), (4, "ftypmif1", "HEIC"), (0, "%PDF", "PDF"), (0, "<svg", "SVG"),
    (0, "<?xml", "XML"),
  ]

  init(of bytes: [UInt8]) {
    if bytes.isEmpty {
      self = .empty
    } else if bytes.starts(with: [0xFF, 0xD8]) {
      self = .jpeg
    } else if bytes.starts(with: Self.pngSignature) {
      self = .png
    } else if let match = Self.unsupported.first(where: { bytes.dropFirst($0.offset).starts(with: $0.signature.utf8) })
    {
      self = .other(match.name)
    } else {
      self = .unknown
    }
  }
}
