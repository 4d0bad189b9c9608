import Images
import Reports

/// A report as one HTML file: how to read it, the model and its data, concepts, fidelity, and each explanation.
///
/// The file refers to nothing outside itself: pictures are inlined, there are no scripts, and a content security policy
/// says so. Every text from outside is escaped.
package struct HTMLReport: Sendable {
  /// What discovery found for one class.
  package struct ClassSection: Sendable {
    /// The report of `Engine.discover`.
    package var discovery: DiscoveryReport
    /// Exemplar patches by concept id, nearest first.
    package var exemplars: [String: [RGBImage]]

    package init(discovery: DiscoveryReport, exemplars: [String: [RGBImage]]) {
      self.discovery = discovery
      self.exemplars = exemplars
    }
  }

  package struct Fact: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package var title: String
  /// Facts of the model and the data: name, hash, layer, folders.
  package var facts: [Fact]
  /// The classes, in the order they are shown.
  package var classes: [ClassSection]
  /// The reasoning network's training, if any.
  package var training: TrainingReport?
  /// The explained images, in the order they are shown.
  package var explanations: [ExplanationFigure]
  package var settings: [Fact]
  /// Caveats, beyond those that the report derives itself.
  package var notes: [String]

  /// A report of these sections; empty ones are left out.
  package init(
    title: String, facts: [Fact] = [], classes: [ClassSection] = [], training: TrainingReport? = nil,
    explanations: [ExplanationFigure] = [], settings: [Fact] = [], notes: [String] = []
  ) {
    self.title = title
    self.facts = facts
    self.classes = classes
    self.training = training
    self.explanations = explanations
    self.settings = settings
    self.notes = notes
  }

  /// The file's text, to be written as UTF-8.
  ///
  /// Throws `DrawingError` where a picture cannot be drawn.
  package func html() throws -> String {
    try ReportTemplates.page(title: title, body: "report", values: try ReportContext(report: self).values())
  }

  /// One explanation as an HTML file of its own: the figure, tables of contributions and how to read them.
  ///
  /// Throws `DrawingError` where the picture cannot be drawn.
  package static func explanationPage(_ figure: ExplanationFigure) throws -> String {
    let title = ExplanationWords.title(of: figure.report)
    let report = HTMLReport(title: title, explanations: [figure])
    return try report.html()
  }
}
