import Images

/// The images of an evaluation by class: what is fitted on, and what nothing is fitted on.
package struct EvaluationSplit: Sendable {
  /// The images of one class, as they were read.
  package struct ClassImages: Sendable {
    /// The class's label.
    package var name: String
    /// Those that can be read, with the hash of their content.
    package var images: [(source: ImageSource, contentHash: String)]

    package init(name: String, images: [(source: ImageSource, contentHash: String)]) {
      self.name = name
      self.images = images
    }
  }

  /// By class.
  package private(set) var fitted: [[ImageSource]] = []
  /// By class.
  package private(set) var heldOut: [[ImageSource]] = []
  /// Of anything.
  package private(set) var random: [ImageSource] = []
  /// Remarks for people.
  package private(set) var notes: [String] = []

  private static let fewestHeldOut = 2
  private static let fewestFitted = 6

  /// Draws what is held out by `options.seed`. An image whose content is there twice counts once, so that nothing that is fitted on is held
  /// out under another name.
  ///
  /// - Parameter random: images of anything; those of all classes where there are none.
  /// - Throws: `EvaluationError.tooFewImages` where a class has too few images to fit on and hold out.
  package init(
    _ classes: [ClassImages], random: [ImageSource], options: EvaluationOptions
  ) throws(EvaluationError) {
    var seen: Set<String> = []
    var copies = 0
    for part in classes {
      let distinct = part.images.filter { seen.insert($0.contentHash).inserted }.map(\.source)
      copies += part.images.count - distinct.count
      let order = ImageCollection.drawn(distinct, seed: options.seed, purpose: "held out of an evaluation")
      let share = Int((options.holdout * Double(distinct.count)).rounded())
      let count = min(max(Self.fewestHeldOut, share), options.maxHeldOut)
      guard distinct.count - count >= Self.fewestFitted else {
        throw .tooFewImages(
          className: part.name, found: distinct.count, needed: count + Self.fewestFitted, heldOut: count)
      }
      heldOut.append(order.prefix(count).sorted().map { distinct[$0] })
      fitted.append(order.dropFirst(count).sorted().map { distinct[$0] })
    }
    if copies > 0 { notes.append("\(copies) images are there twice and count once") }
    notes.append(
      "\(heldOut.joined().count) of \(seen.count) images are held out, drawn by seed \(options.seed): nothing is fitted on them"
    )
    if random.isEmpty {
      // As good as any other: what the classes have in common is not what tells them apart.
      self.random = fitted.flatMap { $0 }
      notes.append("no random images were given, so those of all classes stand for them")
    } else {
      self.random = random
    }
  }

  /// The stage's name in progress.
  package static let stage = "reading images"
}
