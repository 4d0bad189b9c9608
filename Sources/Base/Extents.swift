/// Products of extents that come from outside: they may not overflow.
package enum Extents {
  /// The product of all; nil where it is more than an `Int` holds.
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
