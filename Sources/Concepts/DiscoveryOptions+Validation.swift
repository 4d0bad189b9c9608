extension DiscoveryOptions {
  /// Throws `DiscoveryError.invalidOption` for the first option that is out of its range.
  package func validate() throws {
    let percent = 0.0...100.0
    let share = 0.0...1.0
    try check("maxImages", maxImages >= 1, "at least 1")
    try check("keepPercent", percent.contains(keepPercent) && keepPercent > 0, "above 0 and at most 100")
    try check(
      "segmentCounts", !segmentCounts.isEmpty && segmentCounts.allSatisfy { (1...100_000).contains($0) },
      "a list of counts from 1 to 100000")
    try check("compactness", compactness.isFinite && compactness > 0, "above 0")
    try check("sigma", sigma.isFinite && (0...100).contains(sigma), "from 0 to 100")
    try check("minAreaFraction", share.contains(minAreaFraction), "from 0 to 1")
    try check("maxOverlap", share.contains(maxOverlap), "from 0 to 1")
    try check("clusters", (1...10_000).contains(clusters), "from 1 to 10000")
    try check("restarts", (1...1000).contains(restarts), "from 1 to 1000")
    try check("minSize", minSize >= 0, "0 or more")
    try check("maxPatches", maxPatches >= 1, "at least 1")
    try check("randomSets", (2...1000).contains(randomSets), "from 2 to 1000")
    try check("randomSetSize", randomSetSize >= 2, "at least 2")
    try check("minRandomSetSize", minRandomSetSize >= 2, "at least 2")
    try check("cavL2", cavL2.isFinite && cavL2 > 0, "above 0")
    try check("cavHoldout", cavHoldout > 0 && cavHoldout < 1, "between 0 and 1")
    try check("significance", significance > 0 && significance <= 1, "above 0 and at most 1")
    try check("maxCoincidence", share.contains(maxCoincidence), "from 0 to 1")
    try check("topConcepts", (1...1000).contains(topConcepts), "from 1 to 1000")
    try check("minTestImages", minTestImages >= 1, "at least 1")
    try check("maxTestImages", maxTestImages >= 2, "at least 2")
    try check("batchSize", (1...4096).contains(batchSize), "from 1 to 4096")
    try validateSegmenters()
  }
  /// The same for the options of the segmenters other than SLIC.
  private func validateSegmenters() throws {
    try check(
      "felzenszwalbScales", !felzenszwalbScales.isEmpty && felzenszwalbScales.allSatisfy { (1e-3...1e9).contains($0) },
      "a list of numbers from 0.001 to 1e9")
    try check("felzenszwalbSigma", (0...100).contains(felzenszwalbSigma), "from 0 to 100")
    try check("felzenszwalbMinSize", felzenszwalbMinSize >= 0, "0 or more")
    try check(
      "quickshiftMaxDistances",
      !quickshiftMaxDistances.isEmpty && quickshiftMaxDistances.allSatisfy { (0...1e6).contains($0) },
      "a list of numbers from 0 to 1e6")
    try check("quickshiftKernelSize", (1...32).contains(quickshiftKernelSize), "from 1 to 32")
    try check("quickshiftRatio", (0...1000).contains(quickshiftRatio), "from 0 to 1000")
    try check("watershedCompactness", (0...1e6).contains(watershedCompactness), "from 0 to 1e6")
  }

  private func check(_ name: String, _ holds: Bool, _ accepted: String) throws {
    if !holds { throw DiscoveryError.invalidOption(name: name, accepted: accepted) }
  }
}
