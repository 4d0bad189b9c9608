import Base
import Drawing
import Engine
import Figures
import Images
import RPC
import Wire

extension Handlers {
  /// The file that `vrx/render` asks for.
  func drawing(_ subject: Render.Subject, as format: Render.Format, monitor: WorkMonitor) throws -> [UInt8] {
    switch subject {
    case .explanation(let request):
      let report = try report(request, monitor: monitor)
      let figure = ExplanationFigure(
        report: report, image: try engine.photograph(source(request.image)),
        exemplars: try exemplars(of: conceptIDs(of: report)))
      guard let format = PictureFormat(format) else { return [UInt8](try HTMLReport.explanationPage(figure).utf8) }
      return try figure.render(as: format)
    case .comparison(let request):
      let report = try comparison(request, monitor: monitor)
      let figure = ComparisonFigure(
        report: report,
        images: (
          try engine.photograph(source(request.left.image)), try engine.photograph(source(request.right.image))
        ),
        exemplars: try exemplars(of: report.differences.flatMap { $0.concepts.map(\.id) }.filter { !$0.contains("/") }))
      return try figure.render(as: try Self.pictureFormat(format))
    case .intervention(let request):
      let report = try intervention(request, monitor: monitor)
      let figure = InterventionFigure(
        report: report, image: try engine.photograph(source(request.image)),
        exemplars: try exemplars(of: conceptIDs(of: report.before)))
      return try figure.render(as: try Self.pictureFormat(format))
    }
  }

  private static func pictureFormat(_ format: Render.Format) throws -> PictureFormat {
    guard let format = PictureFormat(format) else {
      throw EngineError(
        .invalidValue, "format: comparisons and interventions are drawn as png, svg or pdf, not as \(format.rawValue)")
    }
    return format
  }
}

extension PictureFormat {
  /// The format of a picture; nil for a page.
  fileprivate init?(_ format: Render.Format) {
    switch format {
    case .png: self = .png
    case .svg: self = .svg
    case .pdf: self = .pdf
    case .html: return nil
    }
  }
}
