import Bank
import Base
import Concepts
import Foundation
import Images
import Networks
import Readings
import Reports
import Structure
import Tensors

extension EngineSnapshot {
  /// Edits an image at its concepts, and reports what the classifier and the reasoning network make of it (METHOD
  /// section 5).
  ///
  /// Edits are applied in order, each at the place where the concept was found in the unedited image. What is explained
  /// afterwards is the very picture that is returned; concepts that no edit touches are taken where they were, unless
  /// `rematch` asks to find all again.
  ///
  /// - Parameters:
  ///   - classes: which of the graph's classes to explain before and after; all where nil.
  ///   - rematch: whether to find all concepts again in the edited image, as `explain` does.
  ///   - concepts: how many of each class the classifier is asked about, before and after; nil for none.
  ///   - seed: of what `random` draws.
  /// - Throws: `EngineError` where a concept is unknown or not seen in the image, or an edit lacks what it needs.
  package func intervene(
    model: String, image: ImageSource, edits: [Intervention], classes: [ClassReference]?, graphModel: String?,
    rematch: Bool = false, measuring concepts: Int? = nil, seed: UInt64, monitor: WorkMonitor
  ) throws -> InterventionReport {
    guard !edits.isEmpty else { throw EngineError(.invalidValue, "edits: at least one is needed") }
    let model = try self.model(model)
    let wanted = try classes.map { try $0.map(model.labels.resolve) }
    let trained = try trainedGraph(graphModel, of: model, covering: wanted)
    let positions = try Self.positions(of: wanted, in: trained, labels: model.labels)
    let before = try read(image, model: model, trained: trained, monitor: monitor)

    var edited = EditedPicture(before.input)
    var places: [ImageReading.EditedPlace] = []
    var patchChanges: [PatchChange] = []
    for (number, edit) in edits.enumerated() {
      try monitor.checkCancelled()
      let field = "edits[\(number)]"
      let place = try before.place(of: edit, field: field)
      let content = try before.patchEdit(
        edit, at: place, field: field, seed: seed &+ UInt64(number), monitor: monitor)
      edited.apply(content, patch: place.mask)
      places.append(place)
      patchChanges.append(PatchChange(content, of: place.mask))
    }
    let picture = edited.laid(on: try photograph(image), geometry: before.entry.geometry)
    let source = ImageSource.bytes(picture.pngData())
    let carried = zip(trained.classes, before.graphs).map {
      EditedGraph($1, concepts: $0.concepts, changes: patchChanges, plan: trained.plan)
    }
    let after =
      rematch
      ? try read(source, model: model, trained: trained, monitor: monitor)
      : try read(source, editedFrom: before, graphs: carried, monitor: monitor)
    let bearing = zip(carried, after.graphs).map { $0.editedNodes(after: $1) }
    let changes = ContributionChange.changes(
      from: before.attributions, to: after.attributions, graphs: Set(places.map(\.graph)), edited: bearing)
    var report = InterventionReport(
      picture: picture,
      before: try explanation(
        of: before, positions: positions, measuring: concepts, verify: false, monitor: monitor),
      after: try explanation(of: after, positions: positions, measuring: concepts, verify: false, monitor: monitor),
      changes: changes.compactMap { Self.change($0, of: before) }, locality: ContributionChange.locality(of: changes),
      summary: "")
    report.after.image = "\(report.before.image), edited"
    report.changes = report.changes.map { change in
      var change = change
      change.measured = report.measured(change)
      return change
    }
    report.summary = InterventionSummary.text(for: report, edits: places.map(\.text))
    return report
  }

  /// A change with the names of what changed; nil for one at a node that stands for no concept.
  private static func change(_ change: ContributionChange, of reading: ImageReading) -> InterventionReport.Change? {
    let entry = reading.trained.classes[change.graph]
    guard max(change.from, change.to ?? 0) < entry.concepts.count else { return nil }
    let name = entry.concepts[change.from].name
    return InterventionReport.Change(
      className: reading.model.labels[entry.classIndex],
      part: change.to.map { "\(name) → \(entry.concepts[$0].name)" } ?? name, from: change.from + 1,
      to: change.to.map { $0 + 1 }, before: change.before, after: change.after, isEdited: change.isEdited)
  }
}
