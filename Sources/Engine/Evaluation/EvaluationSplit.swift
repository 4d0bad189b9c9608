import Base
import Foundation

/// The images of an evaluation by class: what is fitted on, and what nothing is fitted on.
struct EvaluationSplit: Sendable {
  /// By class.
  var fitted: [[ImageSource]] = []
  /// By class.
  var heldOut: [[ImageSource]] = []
  /// Of anything.
  var random: [ImageSource] = []
  var skipped: [SkippedImage] = []
  var notes: [String] = []

  private static let fewestHeldOut = 2
  private static let fewestFitted = 6

  /// Reads all images and draws what is held out by `options.seed`. An image whose content is there twice counts once, so that nothing
  /// that is fitted on is held out under another name.
  ///
  /// - Throws: `EngineError` of kind `tooLittleData` where a class has too few images to fit on and hold out.
  init(
    images: [(name: String, sources: [ImageSource])], random: [ImageSource], options: EvaluationOptions,
    reader: ImageReader, monitor: WorkMonitor
  ) throws {
    var seen: Set<String> = []
    var copies = 0
    for (name, sources) in images {
      let (all, missing) = ImageCollection.expand(sources)
      let (read, unreadable) = try reader.catalogue(all, stage: Self.stage, monitor: monitor)
      skipped += missing + unreadable
      let distinct = read.filter { seen.insert($0.contentHash).inserted }.map(\.source)
      copies += read.count - distinct.count
      let order = ImageCollection.drawn(distinct, seed: options.seed, purpose: "held out of an evaluation")
      let share = Int((options.holdout * Double(distinct.count)).rounded())
      let count = min(max(Self.fewestHeldOut, share), options.maxHeldOut)
      guard distinct.count - count >= Self.fewestFitted else {
        throw EngineError(
          .tooLittleData,
          "images: found \(distinct.count) readable images of \(name), at least \(count + Self.fewestFitted) are needed to hold out "
            + "\(count) and fit on the others",
          detail: ["found": String(distinct.count), "needed": String(count + Self.fewestFitted)])
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
  static let stage = "reading images"
}
