import Fields

/// The result of a stage: what an archive can hold and a recipe can find again.
package protocol StageValue: Archivable {
  /// What kind of result it is, in a word, for whoever looks into the workspace.
  static var kind: String { get }
  /// Whether results of one recipe add to each other instead of being equal.
  static var isCumulative: Bool { get }
  var memoryBytes: Int { get }
  /// Takes in another result of the same recipe.
  mutating func merge(_ other: Self)
}

extension StageValue {
  /// Results of one recipe are equal.
  package static var isCumulative: Bool { false }
  /// The other result stands for both.
  package mutating func merge(_ other: Self) { self = other }
}
