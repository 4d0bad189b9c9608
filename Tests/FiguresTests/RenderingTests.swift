import Drawing
import Engine
import Foundation
import Images
import Structure
import Testing

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct RenderingTests {
  /// Scalars that Cairo takes for invalid text.
  static let nonCharacters = [0xfffe, 0xffff, 0xfdd0, 0x1fffe].compactMap(Unicode.Scalar.init).map(String.init)
    .joined()

  @Test func pngHasTwicePointsAndTheColoursOfTheContributions() throws {
    let sample = SampleReport(classes: 2, concepts: 3, imageWidth: 300, imageHeight: 200, seed: 4, unseen: 0)
    let layout = sample.figure.layout()
    let image = try RGBImage.decode(try sample.figure.render(as: .png))
    #expect(image.width == Int(layout.width * 2) && image.height == Int(layout.height * 2))
    #expect(image.pixel(at: Point(x: 2, y: 2)) == [255, 255, 255])
    for panel in layout.panels {
      for disc in panel.stage.discs {
        // Between the number and the rim.
        let seen = image.pixel(at: disc.center + Point(x: -disc.radius * 0.72, y: 0))
        let color = layout.scale.color(disc.contribution)
        for (value, expected) in zip(seen, [color.red, color.green, color.blue]) {
          #expect(abs(Double(value) - expected * 255) < 3)
        }
      }
    }
  }

  @Test func svgIsWellFormedAndDescribesItself() throws {
    var sample = SampleReport(classes: 3, concepts: 4)
    sample.names[0] = "<fire> & \"engine\""
    let svg = try sample.figure.render(as: .svg)
    let reader = XMLReader()
    let parser = XMLParser(data: Data(svg))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    #expect(reader.elements.first == "svg")
    #expect(reader.title == "Why <fire> & \"engine\", and why not ambulance or school bus?")
  }

  @Test func pdfIsAPdf() throws {
    let pdf = try SampleReport().figure.render(as: .pdf)
    #expect(String(decoding: pdf.prefix(5), as: UTF8.self) == "%PDF-")
    #expect(String(decoding: pdf.suffix(8), as: UTF8.self).contains("%%EOF"))
    #expect(String(decoding: pdf, as: UTF8.self).components(separatedBy: "/Type /Page ").count == 2)
  }

  @Test(arguments: PictureFormat.allCases) func theSameFigureGivesTheSameBytes(format: PictureFormat) throws {
    let figure = SampleReport(classes: 2, concepts: 3).figure
    #expect(try figure.render(as: format) == figure.render(as: format))
  }

  @Test(arguments: [
    "<b>&amp;\"'>", "пожарная машина", "消防車", "سيارة إطفاء", "a\u{0}b\u{7}\n" + Self.nonCharacters, "🚒🚑", "",
    "e\u{301}\u{302}",
    String(repeating: "long ", count: 3000),
  ])
  func anyNameCanBeDrawn(name: String) throws {
    var sample = SampleReport(classes: 2, concepts: 2, unseen: 0.5)
    sample.names = [name, name + "2"]
    sample.conceptName = name
    for format in PictureFormat.allCases { #expect(try sample.figure.render(as: format).count > 1000) }
  }

  @Test func numbersThatAreNotFiniteAreSaidSo() throws {
    var report = SampleReport(classes: 2, concepts: 3).report
    report.explanations[0].nodes[0].contribution = .nan
    report.explanations[0].nodes[1].contribution = .infinity
    report.explanations[0].nodes[2].node.center = (x: .nan, y: -.infinity)
    report.explanations[0].edges[0].contribution = .nan
    report.explanations[0].score = .nan
    report.explanations[1].nodes[0].node.box = Box(x: .max, y: .min, width: .max, height: .max)
    report.explanations[1].nodes[0].node.center = (x: 1e300, y: -4)
    report.explanations[1].nodes[0].node.detected = true
    report.explanations[1].nodes[1].node.number = .max
    report.explanations[1].edges.append(.init(from: 77, to: 78, contribution: 0.3))
    report.explanations[1].edges.append(.init(from: 1, to: 1, contribution: 0.3))
    report.fidelity = Fidelity(top1Agreement: .nan, spearman: .nan, meanSquaredError: .nan, imageCount: 0)
    let image = SampleReport().image
    let figure = ExplanationFigure(report: report, image: image, exemplars: [:])
    let layout = figure.layout()
    #expect(layout.texts.contains { $0.text == "n/a" })
    #expect(ExplanationWords.cautions(for: [report]).contains { $0.contains("Low fidelity") })
    for text in layout.texts {
      #expect(text.frame.x.isFinite && text.frame.y.isFinite && text.frame.width.isFinite)
    }
    for disc in layout.panels.flatMap(\.stage.discs) { #expect(disc.center.x.isFinite && disc.center.y.isFinite) }
    for format in PictureFormat.allCases { #expect(try figure.render(as: format).count > 1000) }
  }

  @Test func nothingToSayIsStillAFigure() throws {
    var report = SampleReport(classes: 1, concepts: 0).report
    let image = SampleReport().image
    #expect(try ExplanationFigure(report: report, image: image, exemplars: [:]).render(as: .svg).count > 500)
    report.explanations = []
    report.summary = ""
    #expect(try ExplanationFigure(report: report, image: image, exemplars: [:]).render(as: .svg).count > 500)
  }

  @Test func contributionsOfNilAreNeutral() throws {
    var report = SampleReport(classes: 2, concepts: 3, unseen: 1).report
    for index in report.explanations.indices {
      report.explanations[index].edges = []
      for node in report.explanations[index].nodes.indices { report.explanations[index].nodes[node].contribution = 0 }
    }
    let figure = ExplanationFigure(report: report, image: SampleReport().image, exemplars: [:])
    #expect(figure.layout().panels.allSatisfy { $0.stage.arrows.isEmpty && $0.stage.discs.allSatisfy { !$0.detected } })
    #expect(try figure.render(as: .pdf).count > 500)
  }

  @Test func anImageWithoutPixelsIsRefused() {
    let empty = RGBImage(width: 0, height: 0, samples: [])
    let figure = ExplanationFigure(report: SampleReport().report, image: empty, exemplars: [:])
    #expect(throws: DrawingError.self) { try figure.render(as: .png) }
  }

  @Test func largeImagesAreScaledDown() throws {
    var sample = SampleReport(classes: 2, concepts: 2)
    let small = try sample.figure.render(as: .svg).count
    (sample.imageWidth, sample.imageHeight) = (3000, 2000)
    #expect(try sample.figure.render(as: .svg).count < small + 200_000)
  }
}

extension RGBImage {
  /// Red, green and blue of a picture at a position in points.
  func pixel(at point: Point) -> [Int] {
    let pixel = Int(point.y * 2) * width + Int(point.x * 2)
    return samples[pixel * 3..<pixel * 3 + 3].map(Int.init)
  }
}

private final class XMLReader: NSObject, XMLParserDelegate {
  var elements: [String] = []
  var title = ""
  private var inTitle = false

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    elements.append(name)
    inTitle = name == "title"
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    inTitle = false
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if inTitle { title += text }
  }
}
