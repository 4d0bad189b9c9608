/// Products of extents from outside, checked for overflow.
package enum Extents {
  /// The product of all; nil where it does not fit an `Int`.
  package static func product(_ extents: some Sequence<Int>) -> Int? {
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}
