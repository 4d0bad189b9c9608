import Images

/// Which segments an attention mask lets pass.
package enum AttentionRule: Sendable {
  /// Segments that lie entirely inside: discovery.
  case inside
  /// Segments with at least one pixel inside: matching.
  case touching
}

/// A segment that can be a patch.
package struct PatchRegion: Sendable, Hashable {
  /// Its pixels in the frame of the image.
  package var mask: Mask
  /// The smallest rectangle around them.
  package var box: Box

  package init(mask: Mask, box: Box) {
    self.mask = mask
    self.box = box
  }
}

/// Cuts candidate patches out of an image at several resolutions (METHOD section 1, steps 3 and 4). Every function is pure.
package struct PatchExtractor: Sendable {
  private let options: DiscoveryOptions

  /// An extractor by the segmentation and patch options among `options`.
  package init(options: DiscoveryOptions) { self.options = options }

  /// Superpixels of an image by the segmenter chosen, one segmentation for each resolution.
  package func segmentations(of image: RGBImage) -> [Superpixels] {
    switch options.segmenter {
    case .slic:
      SLIC.segment(
        image, segments: options.segmentCounts, compactness: options.compactness, sigma: options.sigma)
    case .felzenszwalb:
      Felzenszwalb.segment(
        image, scales: options.felzenszwalbScales, sigma: options.felzenszwalbSigma,
        minSize: options.felzenszwalbMinSize)
    case .quickshift:
      Quickshift.segment(
        image, maxDistances: options.quickshiftMaxDistances, kernelSize: options.quickshiftKernelSize,
        ratio: options.quickshiftRatio)
    case .watershed:
      Watershed.segment(image, markers: options.segmentCounts, compactness: options.watershedCompactness)
    }
  }

  /// The segments that can be patches, coarse to fine and by label within a resolution.
  ///
  /// A segment is kept if it is larger than `minAreaFraction` of the image, passes `rule` under `attention` (nil lets all
  /// pass), and has a Jaccard overlap of at most `maxOverlap` with every segment kept at an earlier resolution.
  package func candidates(
    in segmentations: [Superpixels], attention: Mask?, rule: AttentionRule
  ) -> [PatchRegion] {
    var kept: [PatchRegion] = []
    for segmentation in segmentations {
      let earlier = kept
      let smallest = options.minAreaFraction * Double(segmentation.width * segmentation.height)
      for mask in segmentation.masks() {
        let area = mask.area
        guard Double(area) > smallest, passes(mask, area: area, attention: attention, rule: rule),
          earlier.allSatisfy({ $0.mask.jaccardIndex(mask) <= options.maxOverlap }), let box = mask.boundingBox
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

  /// The patch as the network sees it: grey outside the region, cropped to its box, enlarged bicubically to `width` × `height`.
  package func patch(of region: PatchRegion, from image: RGBImage, width: Int, height: Int) -> RGBImage {
    image.patch(mask: region.mask, box: region.box, fill: options.fillValue, width: width, height: height)
  }
}
