import Fields
import RPC
import Reports

/// `vrx/diagnose`: what the classifier gets wrong in a labelled set, and why.
package struct Diagnose: WireRequest {
  package static let method = "vrx/diagnose"
  package static let ordering = Ordering.read
  package static let lane = Lane.compute
  package static let summary = "What the classifier gets wrong in a labelled set, why, and what would fix it."
  package typealias Result = DiagnosisReport

  package var model: String
  package var images: [(classReference: WireClass, images: [WireImage])]
  package var graphModel: String?
  package var seed: UInt64

  package init(_ reader: FieldReader) throws {
    model = try reader.model()
    let byName = try reader.imagesByClass("Images, or folders of them, by true class.")
    images = byName.sorted { $0.key < $1.key }.map { name, images in
      // The names of an object's members are strings: "3" is class 3.
      (Int(name).map(WireClass.index) ?? .label(name), images)
    }
    graphModel = try reader.latestGraphModel(covering: " that covers the classes")
    seed = try reader.seed()
  }
}
