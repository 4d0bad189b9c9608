import Fields

/// The result of a stage: an archive stores it and a recipe finds it.
package protocol StageValue: Archivable {
  /// The kind of result, in a word, for readers of the workspace.
  static var kind: String { get }
  /// Whether results of one recipe add to each other instead of being equal.
  static var isCumulative: Bool { get }
  var memoryBytes: Int { get }
  /// Merges another result of the same recipe.
  mutating func merge(_ other: Self)
}

extension StageValue {
  /// Results of one recipe are equal.
  package static var isCumulative: Bool { false }
  /// Equal results need no merge.
  package mutating func merge(_ other: Self) { self = other }
}
