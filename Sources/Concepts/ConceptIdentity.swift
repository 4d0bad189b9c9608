import Tensors

/// Gives concepts names and ids that stay: a concept found again keeps what it was called.
struct ConceptIdentity {
  /// The concepts that the class had before.
  let existing: [Concept]
  let classIndex: Int
  let className: String
  let layer: String

  /// A concept that was found.
  struct Found {
    var center: [Float]
    var threshold: Float
    /// Whether it is most of the object, and is called so.
    var isMostOfObject: Bool

    init(center: [Float], threshold: Float, isMostOfObject: Bool? = nil) {
      (self.center, self.threshold) = (center, threshold)
      self.isMostOfObject = isMostOfObject ?? false
    }
  }

  /// Id and name for each centre, in order.
  ///
  /// A centre takes those of the nearest existing concept, if it is also the nearest centre to that concept and lies
  /// within both thresholds. (Thresholds alone do not suffice: in hundreds of dimensions different concepts lie within
  /// each other's.) Other centres get an id hashed from the centre, and the lowest free number as a name.
  func assign(_ found: [Found]) -> [(id: String, name: String)] {
    let inherited = matches(of: found)
    var ids = Set(existing.map(\.id))
    var names = Set(existing.map(\.name))
    return found.enumerated().map { index, concept in
      if let old = inherited[index] { return (existing[old].id, existing[old].name) }
      let id = fresh(from: "\(classIndex)-\(hash(concept.center))", avoiding: ids)
      ids.insert(id)
      let name = freshName(isMostOfObject: concept.isMostOfObject, avoiding: names)
      names.insert(name)
      return (id, name)
    }
  }

  private func freshName(isMostOfObject: Bool, avoiding taken: Set<String>) -> String {
    let whole = "whole \(className)"
    if isMostOfObject, !taken.contains(whole) { return whole }
    let stem = isMostOfObject ? whole : className
    var number = isMostOfObject ? 2 : 1
    while taken.contains("\(stem) \(number)") { number += 1 }
    return "\(stem) \(number)"
  }

  /// For each centre the existing concept that it is the same as, if any.
  private func matches(of found: [Found]) -> [Int: Int] {
    let comparable = existing.indices.filter { old in found.contains { $0.center.count == existing[old].center.count } }
    let distances = found.map { concept in
      existing.map { old in
        old.center.count == concept.center.count
          ? LinearAlgebra.norm(zip(concept.center, old.center).map { $0 - $1 }) : Float.infinity
      }
    }
    var matches: [Int: Int] = [:]
    for new in found.indices {
      guard let old = comparable.min(by: { distances[new][$0] < distances[new][$1] }),
        let nearest = found.indices.min(by: { distances[$0][old] < distances[$1][old] }), nearest == new,
        distances[new][old] <= min(found[new].threshold, existing[old].threshold)
      else { continue }
      matches[new] = old
    }
    return matches
  }

  private func fresh(from base: String, avoiding taken: Set<String>) -> String {
    guard taken.contains(base) else { return base }
    var number = 2
    while taken.contains("\(base)-\(number)") { number += 1 }
    return "\(base)-\(number)"
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

extension DiscoveryResult {
  /// The result with the ids and names that it gets if the class had the concepts `existing` before.
  package func identified(among existing: [Concept], className: String, layer: String) -> DiscoveryResult {
    guard let classIndex = concepts.first?.classIndex else { return self }
    let identity = ConceptIdentity(existing: existing, classIndex: classIndex, className: className, layer: layer)
    var result = self
    var ids: [String: String] = [:]
    let found = concepts.map {
      ConceptIdentity.Found(
        center: $0.center, threshold: $0.threshold, isMostOfObject: $0.measures.effect?.isMostOfObject)
    }
    for (position, new) in identity.assign(found).enumerated() {
      ids[concepts[position].id] = new.id
      (result.concepts[position].id, result.concepts[position].name) = new
    }
    for position in (dictionary?.entries ?? []).indices {
      let old = dictionary?.entries[position].concept
      if let new = old.flatMap({ ids[$0] }) { result.dictionary?.entries[position].concept = new }
    }
    return result
  }
}
