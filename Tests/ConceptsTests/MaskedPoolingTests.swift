import Images
import Networks
import Tensors
import Testing

@testable import Concepts

@Suite struct MaskedPoolingTests {
  private func mask(_ width: Int, _ height: Int, _ contains: (Int, Int) -> Bool) -> Mask {
    Mask(
      width: width, height: height,
      contains: (0..<width * height).map { contains($0 % width, $0 / width) })
  }

  @Test func aWholeCellTakesItsValues() {
    let pooling = MaskedPooling(rows: 2, columns: 2)
    let activations = Tensor(shape: [2, 2, 2], elements: [1, 2, 3, 4, 10, 20, 30, 40])
    let corner = mask(8, 8) { $0 >= 4 && $1 < 4 }
    let speck = mask(8, 8) { $0 == 1 && $1 == 6 }
    let everything = mask(8, 8) { _, _ in true }
    let means = pooling.means(of: activations, over: [corner, speck, everything])
    #expect(means.shape == [3, 2])
    #expect(means.elements == [2, 20, 3, 30, 2.5, 25])
    #expect(pooling.means(of: activations, over: [Mask(width: 8, height: 8)]).elements == [0, 0])
  }

  /// Which regions of an image are known already must not change the others by a bit.
  @Test func aMeanIsTheSameWhateverElseIsAsked() {
    var random = SeededRandom(seed: 3)
    let (channels, side, pixels) = (37, 7, 60)
    let activations = Tensor(
      shape: [channels, side, side], elements: (0..<channels * side * side).map { _ in Float(random.normal()) })
    let masks = (1...9).map { part in mask(pixels, pixels) { x, y in (x * part + y) % 10 < 4 } }
    let pooling = MaskedPooling(rows: side, columns: side)
    let together = pooling.means(of: activations, over: masks)
    for (row, mask) in masks.enumerated() {
      #expect(pooling.means(of: activations, over: [mask]).elements == together[row: row].elements)
    }
  }

  /// Cells whose borders run through pixels share these, as they do in a computation pixel by pixel in 1/cells steps.
  @Test func cellsThatCutPixelsShareThem() {
    let (width, height, rows, columns) = (7, 5, 3, 4)
    let region = mask(width, height) { ($0 + 2 * $1) % 3 != 0 }
    var expected = [Double](repeating: 0, count: rows * columns)
    for y in 0..<height * rows {
      for x in 0..<width * columns where region[x / columns, y / rows] {
        expected[y / height * columns + x / width] += 1
      }
    }
    let total = expected.reduce(0, +)
    let weights = MaskedPooling(rows: rows, columns: columns).weights(of: region)
    #expect(zip(weights, expected).allSatisfy { abs(Double($0) - $1 / total) < 1e-6 })
    #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
  }

  @Test func patchesArePooledInTheWholeImage() throws {
    var options = DiscoveryOptions()
    options.embedding.patchEmbedding = .maskedPooling
    options.segmentation.segmentCounts = [6]
    options.run.batchSize = 2
    let images = ToyScenes.classImages(3)
    let extractor = PatchExtractor(options: options)
    let regions = images.map {
      extractor.candidates(in: extractor.segmentations(of: $0), attention: nil, rule: .touching)
    }
    let classifier = ToyClassifier()
    let table = try PatchEmbedder(classifier: classifier, layer: "features", options: options).embeddings(
      of: RegionTable(regions), images: ImageProvider(images), cache: EmptyDiscoveryCache(),
      monitor: .silent, report: { _, _ in })
    var row = 0
    for (image, regions) in zip(images, regions) {
      let features = classifier.features(image)
      let pooling = MaskedPooling(rows: features.shape[1], columns: features.shape[2])
      let expected = pooling.means(of: features, over: regions.map(\.mask))
      for index in regions.indices {
        #expect(try zip(table.row(row), expected[row: index].elements).allSatisfy { abs($0 - $1) < 1e-4 })
        row += 1
      }
    }
    #expect(row == table.count && row > 9)
  }

  /// The method as a whole finds the toy's concept in place as it does cut out.
  @Test func conceptsAreFoundInPlace() throws {
    var options = ConceptDiscoveryTests.options
    options.embedding.patchEmbedding = .maskedPooling
    let result = try ConceptDiscovery(classifier: ToyClassifier(), layer: "features", options: options).run(
      classIndex: 0, className: "toy", images: ImageProvider(ToyScenes.classImages(40)),
      random: ImageProvider(ToyScenes.randomImages(300)))
    #expect(!result.concepts.isEmpty)
    #expect(result.concepts.allSatisfy { ($0.tcav.pValue ?? 1) < options.significance.significance })
  }
}
