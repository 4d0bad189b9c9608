import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Store
import Synchronization

/// Reads images as a network wants them. Their pixels at the input's size are kept in the store, not here, so that a
/// large set never is in memory as a whole.
package struct ImageReader: Sendable {
  package var preprocessing: Preprocessing
  package var store: StageStore

  package init(preprocessing: Preprocessing, store: StageStore) {
    self.preprocessing = preprocessing
    self.store = store
  }

  /// Reads one image. One whose content was decoded before is not decoded again.
  package func entry(_ source: ImageSource) throws -> CatalogueEntry {
    let bytes = try source.bytes()
    let hash = ContentHash.hexadecimal(of: bytes)
    let extents: (width: Int, height: Int)
    if let known = store.imageExtents(hash) {
      extents = known
    } else {
      let original = try source.decode(bytes)
      extents = (original.width, original.height)
      keep(preprocessing.prepare(original), of: hash)
      store.keepImage(hash, width: original.width, height: original.height, path: source.path)
    }
    return CatalogueEntry(
      source: source, contentHash: hash,
      geometry: preprocessing.geometry(originalWidth: extents.width, originalHeight: extents.height))
  }

  /// Reads images side by side, in their order; those that cannot be read are reported.
  package func catalogue(
    _ sources: [ImageSource], stage: String, monitor: WorkMonitor
  ) throws -> (images: [CatalogueEntry], skipped: [SkippedImage]) {
    let done = Atomic(0)
    monitor.report(stage, done: 0, total: sources.count)
    let results = try Parallel.map(sources.count) { index in
      try monitor.checkCancelled()
      let result = Result { try entry(sources[index]) }
      monitor.report(stage, done: done.wrappingAdd(1, ordering: .relaxed).newValue, total: sources.count)
      return result
    }
    try monitor.checkCancelled()
    var images: [CatalogueEntry] = []
    var skipped: [SkippedImage] = []
    for (source, result) in zip(sources, results) {
      switch result {
      case .success(let image): images.append(image)
      case .failure(let error):
        let reason = (error as? EngineError)?.message ?? String(describing: error)
        skipped.append(SkippedImage(image: source.displayName, reason: reason))
      }
    }
    return (images, skipped)
  }

  /// The pixels of a catalogued image at the network's input size.
  package func input(of image: CatalogueEntry) throws -> RGBImage {
    if let input = store.value(for: recipe(image.contentHash), as: RGBImage.self) { return input }
    let bytes = try image.source.bytes()
    guard ContentHash.hexadecimal(of: bytes) == image.contentHash else {
      throw EngineError(.contentModified, "\(image.source.displayName) was changed while it was in use; ask again")
    }
    let input = preprocessing.prepare(try image.source.decode(bytes))
    keep(input, of: image.contentHash)
    return input
  }

  /// The pixels of catalogued images, made as they are needed.
  package func provider(_ images: [CatalogueEntry]) -> ImageProvider {
    ImageProvider(count: images.count) { try input(of: images[$0]) }
  }

  private func keep(_ input: RGBImage, of contentHash: String) {
    store.insert(input, bytes: input.samples.count, for: recipe(contentHash))
  }

  private func recipe(_ contentHash: String) -> Recipe {
    Recipe(
      stage: "input", version: 1,
      parts: [("image", contentHash), ("preprocessing", preprocessing.frameRecipe)])
  }
}

extension ImageSource {
  /// The file's bytes.
  package func bytes() throws -> [UInt8] {
    switch self {
    case .bytes(let bytes): return bytes
    case .path(let path):
      do { return try RegularFile.bytes(path: path, maxBytes: DecodingOptions.defaultMaxFileBytes) } catch {
        throw EngineError(.image, "\(path): \(error.reason)", detail: ["image": path])
      }
    }
  }

  /// The decoded image.
  package func decode(_ bytes: [UInt8]) throws -> RGBImage {
    do { return try RGBImage.decode(bytes) } catch {
      throw EngineError(.image, "\(displayName): \(error.reason)", detail: ["image": displayName])
    }
  }
}

extension Preprocessing {
  /// What decides the pixels at the network's input: its size and the rule of resizing.
  package var frameRecipe: String { "\(width)x\(height) \(resize.rawValue)" }
}
