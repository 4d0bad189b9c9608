/// Which clusters are common enough to be candidate concepts (METHOD section 1, step 5; the rules are ACE's).
struct ClusterRule {
  /// A cluster needs more patches than this.
  let minSize: Int
  let imageCount: Int

  /// The images for which `DiscoveryOptions.minSize` is meant.
  static let referenceImages = 50
  /// `minSize` is never scaled below this.
  static let smallestMinSize = 4

  /// Scales `requested` down where there are fewer images than it is meant for, or so few patches that the average
  /// cluster would not reach twice that size.
  init(requested: Int, imageCount: Int, patchCount: Int, clusters: Int) {
    let byImages = Int((Double(requested) * Double(imageCount) / Double(Self.referenceImages)).rounded())
    let byPatches = patchCount / max(1, 2 * clusters)
    minSize = min(requested, max(Self.smallestMinSize, min(byImages, byPatches)))
    self.imageCount = imageCount
  }

  /// Whether a cluster of `size` patches from `distinctImages` images is a candidate.
  func accepts(size: Int, distinctImages: Int) -> Bool {
    size > minSize && isCommon(size: size, distinctImages: distinctImages)
  }

  /// Whether a cluster draws on many images: (a) they number more than 50 % of its patches; or (b) more than 25 % of
  /// its patches and of all images; or (c) more than 10 % of its patches and more than 50 % of all images.
  func isCommon(size: Int, distinctImages: Int) -> Bool {
    let perPatch = Double(distinctImages) / Double(max(1, size))
    let ofImages = Double(distinctImages) / Double(max(1, imageCount))
    return perPatch > 0.5 || (perPatch > 0.25 && ofImages > 0.25) || (perPatch > 0.1 && ofImages > 0.5)
  }
}
