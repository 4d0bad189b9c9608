import Foundation
import Tensors

/// Image files and folders, expanded to the images in them.
package enum ImageCollection {
  private static let extensions: Set<String> = ["jpg", "jpeg", "png"]

  /// The images that `sources` name: files, and the images directly in folders, sorted by name. An image named twice
  /// counts once. What does not exist is in `skipped`.
  package static func expand(_ sources: [ImageSource]) -> (images: [ImageSource], skipped: [SkippedImage]) {
    var images: [ImageSource] = []
    var skipped: [SkippedImage] = []
    var seen: Set<ImageSource> = []
    func add(_ image: ImageSource) {
      if seen.insert(image).inserted { images.append(image) }
    }
    for source in sources {
      guard case .path(let path) = source else {
        add(source)
        continue
      }
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        skipped.append(SkippedImage(image: path, reason: "no such file or folder"))
        continue
      }
      guard isFolder.boolValue else {
        add(source)
        continue
      }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
        skipped.append(SkippedImage(image: path, reason: "the folder cannot be read"))
        continue
      }
      let files = names.filter { name in
        !name.hasPrefix(".") && extensions.contains((name as NSString).pathExtension.lowercased())
      }
      if files.isEmpty {
        skipped.append(SkippedImage(image: path, reason: "the folder holds no JPEG or PNG file"))
      }
      for name in files.sorted() { add(.path((path as NSString).appendingPathComponent(name))) }
    }
    return (images, skipped)
  }

  /// Indices of `images` in an order drawn by `seed`, which does not change when other images are added, removed or
  /// moved: each file name gets a number of its own.
  package static func drawn(_ images: [ImageSource], seed: UInt64, purpose: String) -> [Int] {
    let keys = images.map { image in
      let name = image.path.map { ($0 as NSString).lastPathComponent } ?? ""
      var random = SeededRandom(seed: seed, purpose: "\(purpose) \(name)")
      return random.next()
    }
    return images.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }
}
