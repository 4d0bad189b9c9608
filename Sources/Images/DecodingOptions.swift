/// How image files are decoded, and up to which size.
package struct DecodingOptions: Sendable, Equatable {
  /// How transparency is removed, which an RGB image cannot hold.
  package enum Transparency: String, CaseIterable, Sendable {
    /// Colours as stored, however transparent: what Pillow's `convert("RGB")` does, and so what most classifiers saw in
    /// training.
    case discard
    /// The image over white, as viewers show it.
    case overWhite
  }

  /// The most pixels that are decoded by default: an image of 10,000 × 10,000, or 300 MB of samples.
  package static let defaultMaxPixels = 100_000_000
  /// The longest file that is read by default, in bytes.
  package static let defaultMaxFileBytes = 256 << 20

  /// Whether the image is turned upright by its EXIF orientation, as viewers do.
  package var appliesOrientation = true
  package var transparency = Transparency.discard
  /// The most pixels an image may have; larger ones are refused before memory is taken.
  package var maxPixels = DecodingOptions.defaultMaxPixels
  /// The longest file that is read, in bytes.
  package var maxFileBytes = DecodingOptions.defaultMaxFileBytes
  /// Whether complete JPEG data that is damaged inside is decoded as well as possible (as viewers and Pillow do) or
  /// refused.
  package var concealsDamage = true

  package init() {}
}
