import Engine
import Foundation
import Images
import Structure
import Testing

@testable import Figures

@Suite struct HTMLReportTests {
  private func report(_ sample: SampleReport, agreement: Double = 0.95) -> HTMLReport {
    HTMLReport(
      title: "Why these?", facts: [.init("Model", sample.conceptName)],
      classes: [.init(discovery: sample.discovery, exemplars: sample.exemplars)],
      training: sample.training(agreement: agreement), explanations: [sample.figure],
      settings: [.init("seed", "0")], notes: ["Nothing else."])
  }

  @Test func everythingIsThere() throws {
    let sample = SampleReport(classes: 3, concepts: 4, verified: true)
    let html = try report(sample).html()
    for words in [
      "How to read this", "Model and data", "conv11", "0.90 &plusmn; 0.04", "p 0.0012, 0.0084 corrected",
      "Beats random regions", "Not beyond random regions", "takes +0.63 of the class",
      "(+0.41 to +0.85), random regions +0.27",
      "Seen in 82\u{a0}% of the class", "in 44 of 50 images", "interval 0.80 to 1.00", "CAV accuracy 88\u{a0}%",
      "Fidelity of the reasoning network", "95.0\u{a0}%", "Why fire engine?", "Why not school bus?", "agrees",
      "broken.jpg: cut short", "14.75", "Thresholds were scaled.", "Nothing else.", "Graph of another", "Bias", "seed",
    ] {
      #expect(html.contains(words), "\(words) is missing")
    }
    #expect(!html.contains("Low fidelity"))
    for node in sample.report.explanations.flatMap(\.nodes) {
      #expect(html.contains(NumberText.signed(node.contribution, limit: sample.figure.scale.limit)))
    }
  }

  @Test func nothingOutsideIsNeeded() throws {
    let html = try report(SampleReport()).html()
    #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("<script"))
    let sources = html.components(separatedBy: "src=\"").dropFirst()
    #expect(sources.count == 4 * 3 + 1)
    for source in sources { #expect(source.hasPrefix("data:image/")) }
    #expect(html.components(separatedBy: "<img ").count == html.components(separatedBy: " alt=\"").count)
    let figure = try #require(sources.first { $0.hasPrefix("data:image/svg+xml;base64,") })
    let code = try #require(figure.dropFirst("data:image/svg+xml;base64,".count).split(separator: "\"").first)
    let svg = try #require(Data(base64Encoded: String(code)))
    #expect(String(decoding: svg, as: UTF8.self).contains("<svg "))
  }

  @Test(arguments: ["plain", "<img src=x onerror=alert(1)>", "\"\u{301} onload=alert(1) x=\"", "'&\u{0}"])
  func theMarkupStaysBalanced(name: String) throws {
    var sample = SampleReport(classes: 2, concepts: 2, verified: true)
    sample.names = [name, name + " 2"]
    sample.conceptName = name
    var report = report(sample, agreement: 0.4)
    report.title = name
    report.notes = [name]
    report.classes[0].discovery.facts.degenerateLayer = true
    let html = try report.html()
    let tags = try Markup.tags(of: html)
    #expect(Markup.firstImbalance(tags) == nil)
    #expect(!html.contains("{{") && !html.contains("}}"))
    #expect(!html.unicodeScalars.contains("\u{0}"))
    let plain = try Markup.tags(of: try plainReport(like: report).html())
    #expect(tags.map(\.name) == plain.map(\.name), "a name became markup")
    #expect(tags.map(\.attributes) == plain.map(\.attributes), "a name became an attribute")
  }

  /// The same report with harmless names.
  private func plainReport(like other: HTMLReport) -> HTMLReport {
    var report = report(SampleReport(classes: 2, concepts: 2, verified: true), agreement: 0.4)
    report.notes = ["note"]
    report.classes[0].discovery.facts.degenerateLayer = true
    return report
  }

  @Test func lowFidelityIsSaidPlainly() throws {
    let html = try report(SampleReport(), agreement: 0.4).html()
    #expect(html.contains("class=\"warning\">Low fidelity"))
    #expect(html.contains("40.0\u{a0}%"))
    var sample = SampleReport(classes: 2).report
    sample.fidelity.top1Agreement = 0.3
    sample.localFidelity.cautions = []
    #expect(ExplanationWords.cautions(for: [sample, sample]).map { $0.hasPrefix("Low fidelity") } == [true])
    sample.fidelity.top1Agreement = 0.9
    #expect(ExplanationWords.cautions(for: [sample]).isEmpty && ExplanationWords.warnings(for: sample).isEmpty)
    sample.localFidelity.cautions = ["the reasoning network predicts ambulance"]
    #expect(ExplanationWords.warnings(for: sample) == ["The reasoning network predicts ambulance."])
  }

  @Test func oneExplanationIsAPage() throws {
    let sample = SampleReport(classes: 2, concepts: 3)
    let html = try HTMLReport.explanationPage(sample.figure)
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("<h1>Why fire engine, and why not ambulance?</h1>"))
    #expect(Markup.firstImbalance(try Markup.tags(of: html)) == nil)
    #expect(!html.contains("id=\"concepts\"") && !html.contains("id=\"settings\""))
  }

  @Test func emptySectionsAreLeftOut() throws {
    let html = try HTMLReport(title: "Empty").html()
    #expect(Markup.firstImbalance(try Markup.tags(of: html)) == nil)
    for id in ["data", "concepts", "fidelity", "explanations", "settings", "notes"] {
      #expect(!html.contains("id=\"\(id)\"") && !html.contains("#\(id)\""))
    }
  }

  @Test func titlesAreSentences() {
    var report = SampleReport(classes: 4).report
    #expect(
      ExplanationWords.title(of: report) == "Why fire engine, and why not ambulance, school bus or garbage truck?")
    report.explanations.removeLast(3)
    #expect(ExplanationWords.title(of: report) == "Why fire engine?")
    report.explanations = []
    #expect(ExplanationWords.title(of: report) == "Explanation")
  }
}

/// A reader of tags, strict enough to notice markup that does not belong.
private enum Markup {
  struct Tag {
    var name: String
    var closes: Bool
    /// Names of attributes.
    var attributes: [String]
  }

  private static let void: Set<String> = ["meta", "img", "br", "hr", "input", "link"]

  static func tags(of html: String) throws -> [Tag] {
    var tags: [Tag] = []
    let scalars = Array(html.unicodeScalars)
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "<", index + 1 < scalars.count, scalars[index + 1] != "!" else {
        index += 1
        continue
      }
      var inside = ""
      var quote: Unicode.Scalar?
      var end = index + 1
      while end < scalars.count, quote != nil || scalars[end] != ">" {
        if let open = quote {
          if scalars[end] == open { quote = nil }
        } else {
          if scalars[end] == "\"" || scalars[end] == "'" { quote = scalars[end] }
          inside.unicodeScalars.append(scalars[end])
        }
        end += 1
      }
      try #require(end < scalars.count, "a tag is not closed")
      let words = inside.split(separator: " ").map { String($0.prefix { $0 != "=" }) }
      let name = words.first ?? ""
      let closes = name.hasPrefix("/")
      tags.append(
        Tag(name: closes ? String(name.dropFirst()) : name, closes: closes, attributes: Array(words.dropFirst())))
      index = end + 1
    }
    return tags
  }

  /// The first tag that closes nothing or is never closed.
  static func firstImbalance(_ tags: [Tag]) -> String? {
    var open: [String] = []
    for tag in tags where !void.contains(tag.name) {
      if !tag.closes {
        open.append(tag.name)
      } else if open.popLast() != tag.name {
        return tag.name
      }
    }
    return open.last
  }
}
