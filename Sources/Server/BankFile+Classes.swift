import Concepts
import Engine
import Foundation
import Images
import RPC
import Tensors
import Wire

// Classes with their concepts. The tensors of concept j of the class named `name` are `name`.concepts.j.center [d] and …cavs [sets, d];
// those of a non-negative factorisation have all its components, `name`.components [k, d or 2 d].

extension BankFile {
  // Writing.

  static func json(_ entry: ExportedClass, named name: String, tensors: inout WrittenTensors) -> JSONValue {
    var concepts: [JSONValue] = []
    for (number, concept) in entry.concepts.enumerated() {
      concepts.append(json(concept, named: "\(name).concepts.\(number)", tensors: &tensors))
    }
    return JSONValue.object([
      "model": .string(entry.model), "modelName": .string(entry.modelName), "class": .string(entry.className),
      "classIndex": .count(entry.classIndex), "layer": .string(entry.layer),
      "options": DiscoveryOptions.table.json(of: entry.options),
      "images": .array(
        entry.images.map {
          .object([
            "path": $0.path.map(JSONValue.string) ?? .null, "sha256": .string($0.sha256),
            "size": .counts([$0.width, $0.height]),
          ])
        }),
      "concepts": .array(concepts),
    ]).with(entry.dictionary.map { ["dictionary": json($0, named: name, tensors: &tensors)] } ?? [:])
  }

  private static func json(
    _ dictionary: ConceptDictionary, named name: String, tensors: inout WrittenTensors
  ) -> JSONValue {
    let components = dictionary.components
    var vectors: [String: JSONValue] = [:]
    if tensors.areInline {
      vectors["components"] = .array(
        (0..<components.rows).map { .numbers(components[row: $0].elements.map(Double.init)) })
    } else {
      tensors.add(components, named: "\(name).components")
    }
    return JSONValue.object([
      "concepts": .array(
        dictionary.entries.map {
          .object([
            "concept": .string($0.concept), "component": .count($0.component),
            "reference": .number(Double($0.reference)),
          ])
        })
    ]).with(vectors)
  }

  private static func json(
    _ concept: Concept, named name: String, tensors: inout WrittenTensors
  ) -> JSONValue {
    var vectors: [String: JSONValue] = [:]
    if tensors.areInline {
      vectors = [
        "center": .numbers(concept.center.map(Double.init)),
        "cavs": .array(concept.cavs.map { .numbers($0.map(Double.init)) }),
      ]
    } else {
      let width = concept.center.count
      tensors.add(Tensor(shape: [width], elements: concept.center), named: "\(name).center")
      tensors.add(
        Tensor(shape: [concept.cavs.count, width], elements: Array(concept.cavs.joined())), named: "\(name).cavs")
    }
    return JSONValue.object([
      "id": .string(concept.id), "name": .string(concept.name), "size": .count(concept.size),
      "threshold": .number(Double(concept.threshold)), "cavAccuracy": .number(concept.cavAccuracy),
      "tcav": .object([
        "mean": .number(concept.tcav.mean), "sd": .number(concept.tcav.standardDeviation),
        "p": .number(concept.tcav.pValue), "effect": .number(concept.tcav.effect),
        "scores": .numbers(concept.tcav.scores),
        "significance": concept.tcav.significance.map(json) ?? .null,
      ]),
      "patches": .array(
        concept.patches.map {
          .object([
            "image": .count($0.imageIndex), "distance": .number(Double($0.distance)),
            "size": .counts([$0.mask.width, $0.mask.height]), "runs": .counts($0.mask.runs),
          ])
        }),
    ]).with(vectors)
  }

  private static func json(_ significance: TCAVSignificance) -> JSONValue {
    .object([
      "measure": .string(significance.measure.rawValue), "correctedP": .number(significance.correctedPValue),
      "correction": .string(significance.correction.rawValue), "tests": .count(significance.tests),
    ])
  }

  // Reading.

  private static let largestExtent = 1 << 16
  private static let anyCount = FieldType<Int>.int(in: 0...Int.max)

  static func exportedClass(
    _ reader: ParameterReader, named name: String, _ reading: BankReading
  ) throws -> ExportedClass {
    let classIndex = try reader.required("classIndex", anyCount)
    var options = DiscoveryOptions()
    try DiscoveryOptions.table.read(reader.object("options"), into: &options)
    let images = try reader.required("images", .list(of: .record, allowsEmpty: true)).map { image in
      let size = try size(image)
      return ExportedClass.Image(
        path: try image.optional("path", .path), sha256: try image.required("sha256", .string), width: size.width,
        height: size.height)
    }
    let concepts = try reader.required("concepts", .list(of: .record, allowsEmpty: true)).enumerated().map {
      try concept($1, named: "\(name).concepts.\($0)", rank: $0 + 1, classIndex: classIndex, reading)
    }
    return ExportedClass(
      model: try text(reader, "model"), modelName: try text(reader, "modelName"),
      className: try reader.required("class", .string), classIndex: classIndex, layer: try text(reader, "layer"),
      options: options, images: images, concepts: concepts,
      dictionary: try reader.optional("dictionary", .record).map { try dictionary($0, named: name, reading) })
  }

  private static func dictionary(
    _ reader: ParameterReader, named name: String, _ reading: BankReading
  ) throws -> ConceptDictionary {
    let components: Tensor
    if let file = reading.tensors {
      components = try file.tensor("\(name).components")
    } else {
      let rows = try reader.required("components", FieldType<[[Double]]>.list(of: .list(of: .number())))
      guard Set(rows.map(\.count)).count == 1 else {
        throw reader.failure("components", accepted: "an array of arrays of one length")
      }
      components = Tensor(shape: [rows.count, rows[0].count], elements: rows.joined().map { Float($0) })
    }
    let entries = try reader.required("concepts", .list(of: .record, allowsEmpty: true)).map { entry in
      ConceptDictionary.Entry(
        concept: try entry.required("concept", .string), component: try entry.required("component", anyCount),
        reference: Float(try entry.required("reference", .number())))
    }
    return ConceptDictionary(components: components, entries: entries)
  }

  /// A text that is empty in a reasoning network that belongs to no network.
  static func text(_ reader: ParameterReader, _ name: String) throws -> String {
    try reader.required(name, .anyString)
  }

  private static func concept(
    _ reader: ParameterReader, named name: String, rank: Int, classIndex: Int, _ reading: BankReading
  ) throws -> Concept {
    let center: [Float]
    let cavs: [[Float]]
    if let file = reading.tensors {
      center = try file.tensor("\(name).center").elements
      let rows = try file.tensor("\(name).cavs")
      guard rows.rank == 2 else { throw Failure(reason: "tensor \(name).cavs has no rows") }
      cavs = (0..<rows.rows).map { rows[row: $0].elements }
    } else {
      let vector = FieldType<[Double]>.list(of: .number())
      center = try reader.required("center", vector).map { Float($0) }
      cavs = try reader.required("cavs", .list(of: vector, allowsEmpty: true)).map { $0.map { Float($0) } }
    }
    let tcav = try reader.object("tcav")
    return Concept(
      id: try reader.required("id", .string), name: try reader.required("name", .string), classIndex: classIndex,
      rank: rank, center: center, threshold: Float(try reader.required("threshold", .number())),
      patches: try reader.required("patches", .list(of: .record, allowsEmpty: true)).map { try patch($0, reading) },
      size: try reader.required("size", anyCount),
      tcav: TCAVSummary(
        mean: try tcav.optional("mean", .number()) ?? .nan,
        standardDeviation: try tcav.optional("sd", .number()) ?? .nan, pValue: try tcav.optional("p", .number()),
        effect: try tcav.optional("effect", .number()) ?? .nan,
        scores: try tcav.optional("scores", .list(of: .number(), allowsEmpty: true)) ?? [],
        significance: try tcav.optional("significance", .record).map(significance)),
      cavAccuracy: try reader.optional("cavAccuracy", .number()) ?? .nan, cavs: cavs)
  }

  private static func significance(_ reader: ParameterReader) throws -> TCAVSignificance {
    TCAVSignificance(
      measure: try reader.required("measure", .word(TCAVMeasure.self)),
      correctedPValue: try reader.optional("correctedP", .number()),
      correction: try reader.required("correction", .word(PValueCorrection.self)),
      tests: try reader.required("tests", anyCount))
  }

  private static func patch(_ reader: ParameterReader, _ reading: BankReading) throws -> ConceptPatch {
    let (width, height) = try size(reader)
    try reading.count(pixels: width * height)
    let mask = try reader.has("runs") ? runs(reader, width, height) : bits(reader, width, height)
    guard let box = mask.boundingBox else {
      throw reader.failure(reader.has("runs") ? "runs" : "mask", accepted: "a patch of one pixel or more")
    }
    return ConceptPatch(
      imageIndex: try reader.required("image", anyCount), box: box, mask: mask,
      distance: Float(try reader.required("distance", .number())))
  }

  private static func runs(_ reader: ParameterReader, _ width: Int, _ height: Int) throws -> Mask {
    let runs = try reader.required("runs", .list(of: anyCount, allowsEmpty: true))
    guard let mask = Mask(width: width, height: height, runs: runs) else {
      throw reader.failure("runs", accepted: "lengths of runs within the patch's \(width) × \(height) pixels")
    }
    return mask
  }

  /// The form of version 1: a bit a pixel.
  private static func bits(_ reader: ParameterReader, _ width: Int, _ height: Int) throws -> Mask {
    guard let bits = Data(base64Encoded: try reader.required("mask", .string)),
      bits.count >= (width * height + 7) / 8
    else {
      throw reader.failure("mask", accepted: "a bit for each of the patch's \(width) × \(height) pixels, in base64")
    }
    let bytes = [UInt8](bits)
    return Mask(
      width: width, height: height, contains: (0..<width * height).map { bytes[$0 >> 3] >> UInt8($0 & 7) & 1 == 1 })
  }

  private static func size(_ reader: ParameterReader) throws -> (width: Int, height: Int) {
    let size = try reader.required("size", .list(of: .int(in: 1...largestExtent)))
    guard size.count == 2 else { throw reader.failure("size", accepted: "an array of two: width and height") }
    return (size[0], size[1])
  }
}
