import Foundation

/// How a class is named in a request: by index, or by label or one of its synonyms, in any case and with blanks or
/// underscores.
package enum ClassReference: Sendable, Hashable {
  /// Index among the model's outputs.
  case index(Int)
  /// Label or synonym.
  case label(String)
}

/// Failures of labels, in words for the person who gave them.
package enum ClassLabelsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Labels that cannot be read, or are not one per class.
  case invalid(String)
  /// No class, or several, of this name; `nearest` names similar ones.
  case unknownClass(String, nearest: String?)

  /// What happened and what to do.
  package var description: String {
    switch self {
    case .invalid(let message), .unknownClass(let message, _): message
    }
  }
}

/// The names of a model's classes, and how people refer to them.
///
/// A label may be a comma-separated list of synonyms; results name a class by the first.
package struct ClassLabels: Sendable {
  /// Full labels, by class index.
  package let labels: [String]
  /// Class indices by key of each synonym and full label.
  private let indices: [String: [Int]]

  /// Longest file of labels that is read, in bytes.
  private static let maxFileBytes = 16 << 20
  /// How many similar labels an error suggests.
  private static let suggestions = 3

  /// Labels of `classCount` classes; generated ones where `labels` is nil.
  package init(_ labels: [String]?, classCount: Int) throws(ClassLabelsError) {
    let labels = labels ?? (0..<classCount).map { "class \($0)" }
    guard labels.count == classCount else {
      throw .invalid("labels: the model has \(classCount) classes, but \(labels.count) labels were given")
    }
    self.labels = labels
    var indices: [String: [Int]] = [:]
    for (index, label) in labels.enumerated() {
      for key in Set(Self.synonyms(of: label) + [label]).map(Self.key) { indices[key, default: []].append(index) }
    }
    self.indices = indices
  }

  /// Reads labels from a JSON array, a JSON object from index to label, or text with a label a line.
  package static func read(path: String) throws(ClassLabelsError) -> [String] {
    func failure(_ reason: String) -> ClassLabelsError { .invalid("labels: \(path): \(reason)") }
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else {
      throw failure("no such file")
    }
    guard size <= maxFileBytes else { throw failure("larger than \(maxFileBytes >> 20) MiB") }
    guard let data = FileManager.default.contents(atPath: path) else { throw failure("cannot be read") }
    guard let text = String(data: data, encoding: .utf8) else { throw failure("is not UTF-8 text") }
    let start = text.first { !$0.isWhitespace }
    guard start == "[" || start == "{" else {
      let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      return lines.filter { !$0.isEmpty }
    }
    guard let json = try? JSONSerialization.jsonObject(with: data) else { throw failure("is not valid JSON") }
    if let list = json as? [String] { return list }
    guard let object = json as? [String: String] else {
      throw failure("must be an array of strings or an object from class index to label")
    }
    var labels: [String] = []
    for index in 0..<object.count {
      guard let label = object[String(index)] else { throw failure("has no label for class \(index)") }
      labels.append(label)
    }
    return labels
  }

  /// The first synonym of class `index`'s label.
  package subscript(index: Int) -> String {
    guard labels.indices.contains(index) else { return "class \(index)" }
    return Self.synonyms(of: labels[index]).first ?? labels[index]
  }

  package func index(of reference: ClassReference) throws(ClassLabelsError) -> Int {
    switch reference {
    case .index(let index):
      guard labels.indices.contains(index) else {
        throw .unknownClass("no class \(index): the model has classes 0 to \(labels.count - 1)", nearest: nil)
      }
      return index
    case .label(let name):
      let found = indices[Self.key(name)] ?? []
      if let index = found.first, found.count == 1 { return index }
      let exact = found.filter { labels[$0] == name }
      if let index = exact.first, exact.count == 1 { return index }
      if found.count > 1 {
        let choices = found.map { "\($0) (\(labels[$0]))" }.joined(separator: ", ")
        throw .unknownClass(
          "\"\(name)\" names \(found.count) classes: give one of the indices \(choices)", nearest: choices)
      }
      let nearest = self.nearest(to: name)
      throw .unknownClass(
        "no class is called \"\(name)\"; the nearest are \(nearest.joined(separator: ", "))",
        nearest: nearest.joined(separator: "; "))
    }
  }

  /// The labels most like `name`: those that contain it, then by edit distance of their nearest synonym.
  func nearest(to name: String) -> [String] {
    let wanted = Self.key(name)
    let scored = labels.indices.map { index -> (index: Int, distance: Int) in
      let distances = Self.synonyms(of: labels[index]).map { synonym -> Int in
        let key = Self.key(synonym)
        return !wanted.isEmpty && key.contains(wanted) ? 0 : Self.editDistance(wanted, key)
      }
      return (index, distances.min() ?? .max)
    }
    return scored.sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }.prefix(Self.suggestions)
      .map { self[$0.index] }
  }

  private static func synonyms(of label: String) -> [String] {
    label.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// Folders and files write an underscore where a label has a blank.
  private static func key(_ name: String) -> String {
    name.replacingOccurrences(of: "_", with: " ").split(separator: " ").joined(separator: " ").lowercased()
  }

  /// The least number of insertions, deletions and substitutions that turn `a` into `b` (Levenshtein).
  private static func editDistance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let substituted = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
