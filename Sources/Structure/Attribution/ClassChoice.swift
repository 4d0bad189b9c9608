/// The class with the largest of some values, one per class.
package enum ClassChoice {
  /// Position of the largest value, the first of equal ones; nil without values.
  package static func position<Value: Comparable>(in values: [Value]) -> Int? {
    values.indices.max { (values[$0], -$0) < (values[$1], -$1) }
  }
}
