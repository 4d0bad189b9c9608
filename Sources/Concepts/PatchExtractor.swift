import Images

/// Which superpixels pass an attention mask.
package enum AttentionRule: Sendable {
  /// Those that lie entirely inside: discovery.
  case inside
  /// Those with at least one pixel inside: matching.
  case touching
}

/// A superpixel that can be a patch.
package struct PatchRegion: Sendable, Hashable {
  package var mask: Mask
  package var box: Box

  package init(mask: Mask, box: Box) {
    (self.mask, self.box) = (mask, box)
  }
}

/// Finds candidate patches of an image at several resolutions (METHOD section 1, steps 3 and 4). Every function is
/// pure.
package struct PatchExtractor: Sendable {
  private let segmentation: SegmentationOptions
  private let patches: PatchOptions

  package init(segmentation: SegmentationOptions = SegmentationOptions(), patches: PatchOptions = PatchOptions()) {
    (self.segmentation, self.patches) = (segmentation, patches)
  }

  package init(options: DiscoveryOptions) {
    self.init(segmentation: options.segmentation, patches: options.patches)
  }

  /// Superpixels of an image, one segmentation for each resolution.
  package func segmentations(of image: RGBImage) -> [Superpixels] {
    switch segmentation.segmenter {
    case .slic:
      SLIC.segment(
        image, segments: segmentation.segmentCounts, compactness: segmentation.compactness, sigma: segmentation.sigma)
    case .felzenszwalb:
      Felzenszwalb.segment(
        image, scales: segmentation.felzenszwalbScales, sigma: segmentation.felzenszwalbSigma,
        minSize: segmentation.felzenszwalbMinSize)
    case .quickshift:
      Quickshift.segment(
        image, maxDistances: segmentation.quickshiftMaxDistances, kernelSize: segmentation.quickshiftKernelSize,
        ratio: segmentation.quickshiftRatio)
    case .watershed:
      Watershed.segment(image, markers: segmentation.segmentCounts, compactness: segmentation.watershedCompactness)
    }
  }

  /// The superpixels that can be patches, coarse to fine and by label within a resolution.
  ///
  /// A superpixel is kept if it is larger than `minAreaFraction` of the image, passes `rule` under `attention` (nil
  /// lets all pass), and has a Jaccard overlap of at most `maxOverlap` with every superpixel kept at an earlier
  /// resolution.
  package func candidates(
    in segmentations: [Superpixels], attention: Mask?, rule: AttentionRule
  ) -> [PatchRegion] {
    var kept: [PatchRegion] = []
    for superpixels in segmentations {
      let earlier = kept
      let smallest = patches.minAreaFraction * Double(superpixels.width * superpixels.height)
      for mask in superpixels.masks() {
        let area = mask.area
        guard Double(area) > smallest, passes(mask, area: area, attention: attention, rule: rule),
          earlier.allSatisfy({ $0.mask.jaccardIndex(mask) <= patches.maxOverlap }), let box = mask.boundingBox
        else { continue }
        kept.append(PatchRegion(mask: mask, box: box))
      }
    }
    return kept
  }

  private func passes(_ mask: Mask, area: Int, attention: Mask?, rule: AttentionRule) -> Bool {
    guard let attention else { return true }
    let attended = mask.intersectionArea(attention)
    return switch rule {
    case .inside: attended == area
    case .touching: attended > 0
    }
  }
}

extension PatchRegion {
  /// The patch as the network sees it: grey outside the region, cropped to its box, enlarged bicubically to `width` ×
  /// `height`.
  package func patch(of image: RGBImage, fill: UInt8, width: Int, height: Int) -> RGBImage {
    image.patch(mask: mask, box: box, fill: fill, width: width, height: height)
  }
}
