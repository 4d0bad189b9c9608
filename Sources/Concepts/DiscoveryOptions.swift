import Tensors

/// Every number of concept discovery (METHOD section 1), with the reference's defaults.
package struct DiscoveryOptions: Sendable, Equatable {
  /// Most images of the class that are used for discovery.
  package var maxImages = 50
  /// Whether patches must lie in the Grad-CAM attended region; off, this is plain ACE.
  package var attention = true
  /// Share of pixels, in percent, that count as attended.
  package var keepPercent = 50.0
  /// Segment counts of SLIC, markers of the watershed, coarse to fine.
  package var segmentCounts = [15, 50, 80]
  /// SLIC's weight of place against colour.
  package var compactness = 20.0
  /// Width of the Gaussian that SLIC smooths with, in pixels.
  package var sigma = 1.0
  /// Least area of a segment as a share of the image.
  package var minAreaFraction = 0.001
  /// Largest Jaccard overlap with a kept segment of an earlier resolution.
  package var maxOverlap = 0.5
  /// Grey value (0–255) that fills a patch outside its segment.
  package var fillValue: UInt8 = 117
  /// How a patch becomes an embedding.
  package var patchEmbedding = PatchEmbedding.crop
  /// Number of clusters, or of non-negative components.
  package var clusters = 25
  /// Restarts of the clustering; the one that fits best wins.
  package var restarts = 4
  /// A cluster needs more patches than this to be a candidate concept; scaled down for small image sets.
  package var minSize = 40
  /// Patches a concept keeps, nearest its centre.
  package var maxPatches = 50
  /// Random sets for CAVs; one CAV and one TCAV score each.
  package var randomSets = 20
  /// Images in each random set; fewer where the random images do not suffice for disjoint sets.
  package var randomSetSize = 50
  /// What a concept's patches are told apart from. Whole images are ACE's choice; patches are ours because concepts of the right class
  /// pass the test far more often than those of a wrong one (figures on the module's page).
  package var contrast = ConceptContrast.patches
  /// How a CAV is fitted.
  package var cavMethod = CAVMethod.linearClassifier
  /// L2 weight of the linear classifier.
  package var cavL2 = 0.01
  /// Share of a CAV's examples held out to measure its accuracy.
  package var cavHoldout = 0.33
  /// Largest p, corrected over the candidates, at which a concept is significant.
  package var significance = 0.01
  /// Largest share of a concept's images in which it may show mostly the same pixels as a better ranked one; 1 keeps all.
  package var maxCoincidence = 0.5
  /// Concepts kept as the class's nodes.
  package var topConcepts = 4
  /// Least images of a random set; where the random images do not suffice for disjoint sets of this size, sets overlap.
  package var minRandomSetSize = 10
  /// Images of the class that must be left over from discovery for concepts to be tested on those alone.
  package var minTestImages = 10
  /// Most images of the class on which concepts are tested.
  package var maxTestImages = 50
  /// Most images or patches that are in memory as pixels at once.
  package var batchSize = 32
  /// Seed of everything random.
  package var seed: UInt64 = 0
  /// How images are cut into superpixels.
  package var segmenter = Segmenter.slic
  /// Felzenszwalb's scales, coarse to fine: the greater, the larger the segments.
  package var felzenszwalbScales = [1200.0, 500, 250]
  /// Width of the Gaussian that felzenszwalb smooths with, in pixels.
  package var felzenszwalbSigma = 0.8
  /// Least pixels of a segment of felzenszwalb's.
  package var felzenszwalbMinSize = 20
  /// Quick shift's greatest distances in colour and pixels, coarse to fine: the greater, the larger the segments.
  package var quickshiftMaxDistances = [20.0, 15, 10]
  /// Width of the Gaussian by which quick shift measures densities, in pixels.
  package var quickshiftKernelSize = 10.0
  /// Quick shift's weight of colour against place.
  package var quickshiftRatio = 1.0
  /// The watershed's weight of place against the gradient.
  package var watershedCompactness = 0.0
  /// How patches are put together as candidate concepts.
  package var clustering = ConceptClustering.kMeans
  /// What p is corrected by over the candidates.
  package var correction = PValueCorrection.bonferroni

  package init() {}
}

/// How a patch becomes an embedding.
package enum PatchEmbedding: String, Sendable, CaseIterable {
  /// The patch is cut out, filled with grey outside its segment and enlarged to the network's input; the layer's activations are averaged
  /// over space (ACE, VRX): what the network makes of the patch alone. One pass per patch.
  case crop
  /// The layer's activations of the whole image are averaged over the segment (masked average pooling): what the network makes of the
  /// patch where it stands, surroundings within the receptive field included. One pass per image.
  case maskedPooling
}

/// How images are cut into superpixels, several times each, coarse to fine.
package enum Segmenter: String, Sendable, CaseIterable {
  /// Simple linear iterative clustering, by `segmentCounts`, `compactness` and `sigma`.
  case slic
  /// Efficient graph-based segmentation, by the options that start with its name.
  case felzenszwalb
  /// Quick shift, by the options that start with its name; the slowest.
  case quickshift
  /// Watershed of the gradient from `segmentCounts` markers, by `watershedCompactness`.
  case watershed
}

/// How patches are put together as candidate concepts.
package enum ConceptClustering: String, Sendable, CaseIterable {
  /// k-means of the embeddings (ACE).
  case kMeans
  /// Non-negative matrix factorisation of the embeddings: a patch belongs to the component it holds most of, as patches go
  /// (ICE, CRAFT).
  case nmf
}

/// How a concept activation vector is fitted.
package enum CAVMethod: String, Sendable, CaseIterable {
  /// Normal of an L2-regularised linear classifier (TCAV).
  case linearClassifier
  /// Difference of the two means (FastCAV).
  case meanDifference
}

/// What a concept's patches are told apart from when its activation vectors are fitted.
package enum ConceptContrast: String, Sendable, CaseIterable {
  /// Whole random images (ACE, TCAV).
  case images
  /// One random patch of each random image, cut out and filled as the concept's own, so that the vectors do not say "a patch on
  /// grey" but what this patch has that others have not.
  case patches
}
