import Images

/// The images of an evaluation by class: fitted and held-out ones.
package struct EvaluationSplit: Sendable {
  package struct ClassImages: Sendable {
    package var name: String
    /// Readable images with the hash of their content.
    package var images: [(source: ImageSource, contentHash: String)]

    package init(name: String, images: [(source: ImageSource, contentHash: String)]) {
      (self.name, self.images) = (name, images)
    }
  }

  /// By class.
  package private(set) var fitted: [[ImageSource]] = []
  /// By class.
  package private(set) var heldOut: [[ImageSource]] = []
  /// Of anything.
  package private(set) var random: [ImageSource] = []
  /// Notes for people.
  package private(set) var notes: [String] = []

  private static let fewestHeldOut = 2
  private static let fewestFitted = 6

  /// Draws the held-out images by `options.seed`. Images with the same content count once, so that no fitted image is
  /// held out under another name.
  ///
  /// - Parameter random: images of anything; if empty, the fitted images of all classes replace them.
  /// - Throws: `EvaluationError.tooFewImages` where a class has too few images.
  package init(
    _ classes: [ClassImages], random: [ImageSource], options: EvaluationOptions
  ) throws(EvaluationError) {
    var seen: Set<String> = []
    var copies = 0
    for entry in classes {
      let distinct = entry.images.filter { seen.insert($0.contentHash).inserted }.map(\.source)
      copies += entry.images.count - distinct.count
      let order = ImageCollection.drawn(distinct, seed: options.seed, purpose: "held out of an evaluation")
      let share = Int((options.holdout * Double(distinct.count)).rounded())
      let count = min(max(Self.fewestHeldOut, share), options.maxHeldOut)
      guard distinct.count - count >= Self.fewestFitted else {
        throw .tooFewImages(
          className: entry.name, found: distinct.count, needed: count + Self.fewestFitted, heldOut: count)
      }
      heldOut.append(order.prefix(count).sorted().map { distinct[$0] })
      fitted.append(order.dropFirst(count).sorted().map { distinct[$0] })
    }
    if copies > 0 { notes.append("\(copies) images are copies of others and do not count") }
    notes.append(
      "\(heldOut.joined().count) of \(seen.count) images are held out, drawn by seed \(options.seed): nothing is fitted on them"
    )
    if random.isEmpty {
      // These do as random images: what classes have in common does not distinguish them.
      self.random = fitted.flatMap { $0 }
      notes.append("no random images were given, so the images of all classes replace them")
    } else {
      self.random = random
    }
  }

  /// The stage's name in progress.
  package static let stage = "reading images"
}
