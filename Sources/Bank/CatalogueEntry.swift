import Images
import Networks

/// An image whose content is known and that has been decoded once, now or earlier, without error.
package struct CatalogueEntry: Sendable {
  package var source: ImageSource
  /// SHA-256 of the file's bytes.
  package var contentHash: String
  /// From the network's input to the original image.
  package var geometry: InputGeometry

  package init(source: ImageSource, contentHash: String, geometry: InputGeometry) {
    self.source = source
    self.contentHash = contentHash
    self.geometry = geometry
  }
}
