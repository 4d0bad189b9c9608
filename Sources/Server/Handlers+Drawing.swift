import Bank
import Base
import Drawing
import Engine
import Figures
import Images
import RPC
import Wire

extension Handlers {
  /// The file that `vrx/render` asks for.
  func drawing(
    _ subject: Render.Subject, as format: Render.Format, in snapshot: EngineSnapshot, monitor: WorkMonitor
  ) throws -> [UInt8] {
    switch subject {
    case .explanation(let request):
      let report = try report(request, in: snapshot, monitor: monitor)
      let figure = ExplanationFigure(
        report: report, image: try snapshot.photograph(source(request.image)),
        exemplars: try exemplars(of: conceptIDs(of: report), in: snapshot))
      guard let format = PictureFormat(format) else { return [UInt8](try HTMLReport.explanationPage(figure).utf8) }
      return try figure.render(as: format)
    case .comparison(let request):
      let report = try comparison(request, in: snapshot, monitor: monitor)
      let figure = ComparisonFigure(
        report: report,
        images: (
          try snapshot.photograph(source(request.left.image)), try snapshot.photograph(source(request.right.image))
        ),
        exemplars: try exemplars(
          of: report.differences.flatMap { $0.concepts.map(\.id) }.filter { !$0.contains("/") }, in: snapshot))
      return try figure.render(as: try Self.pictureFormat(format))
    case .intervention(let request):
      let report = try intervention(request, in: snapshot, monitor: monitor)
      let figure = InterventionFigure(
        report: report, image: try snapshot.photograph(source(request.image)),
        exemplars: try exemplars(of: conceptIDs(of: report.before), in: snapshot))
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
