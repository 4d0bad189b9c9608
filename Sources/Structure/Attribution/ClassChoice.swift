/// The class that values, one per class, choose.
package enum ClassChoice {
  /// Position of the largest value; of equals, the first; nil where there are none.
  package static func position<Value: Comparable>(in values: [Value]) -> Int? {
    values.indices.max { (values[$0], -$0) < (values[$1], -$1) }
  }
}
