import Tensors

/// Gives concepts names and ids that stay: a concept found again keeps what it was called.
struct ConceptIdentity {
  /// The concepts that the class had before.
  let existing: [Concept]
  let classIndex: Int
  let className: String
  let layer: String

  /// Id and name for each centre, in order.
  ///
  /// A centre takes those of the nearest existing concept whose centre is within that concept's threshold, and its own; the nearest pairs
  /// are matched first, each concept once. Others get an id hashed from the centre and the lowest free number as a name.
  func assign(_ found: [(center: [Float], threshold: Float)]) -> [(id: String, name: String)] {
    var pairs: [(distance: Float, new: Int, old: Int)] = []
    for (new, concept) in found.enumerated() {
      for (old, candidate) in existing.enumerated() where candidate.center.count == concept.center.count {
        let distance = LinearAlgebra.norm(zip(concept.center, candidate.center).map { $0 - $1 })
        if distance <= min(concept.threshold, candidate.threshold) { pairs.append((distance, new, old)) }
      }
    }
    pairs.sort { ($0.distance, $0.new, $0.old) < ($1.distance, $1.new, $1.old) }
    var inherited: [Int: Int] = [:]
    var taken: Set<Int> = []
    for pair in pairs where inherited[pair.new] == nil && !taken.contains(pair.old) {
      inherited[pair.new] = pair.old
      taken.insert(pair.old)
    }
    var ids = Set(existing.map(\.id))
    var names = Set(existing.map(\.name))
    return found.enumerated().map { index, concept in
      if let old = inherited[index] { return (existing[old].id, existing[old].name) }
      let id = fresh(from: "\(classIndex)-\(hash(concept.center))", separator: "-", first: 2, avoiding: ids)
      ids.insert(id)
      var number = 1
      while names.contains("\(className) \(number)") { number += 1 }
      let name = "\(className) \(number)"
      names.insert(name)
      return (id, name)
    }
  }

  private func fresh(from base: String, separator: String, first: Int, avoiding taken: Set<String>) -> String {
    guard taken.contains(base) else { return base }
    var number = first
    while taken.contains("\(base)\(separator)\(number)") { number += 1 }
    return "\(base)\(separator)\(number)"
  }

  /// FNV-1a of the layer's name and the centre's bits, in hexadecimal.
  private func hash(_ center: [Float]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    layer.utf8.forEach(take)
    for value in center {
      for shift in stride(from: 0, to: 32, by: 8) { take(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift))) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
