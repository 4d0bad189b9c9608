import Testing

@testable import Tensors

@Suite struct SeededRandomTests {
  @Test func seedsFixTheStream() {
    var a = SeededRandom(seed: 42)
    var b = SeededRandom(seed: 42)
    var c = SeededRandom(seed: 43)
    let draws = (0..<8).map { _ in a.next() }
    #expect(draws == (0..<8).map { _ in b.next() })
    #expect(draws != (0..<8).map { _ in c.next() })
  }

  @Test func purposesHaveStreamsOfTheirOwn() {
    var a = SeededRandom(seed: 1, purpose: "k-means")
    var b = SeededRandom(seed: 1, purpose: "random sets")
    #expect(a.next() != b.next())
  }

  @Test func momentsAreThoseOfTheDistributions() throws {
    var random = SeededRandom(seed: 5)
    let normals = (0..<20_000).map { _ in random.normal() }
    #expect(abs(try #require(Statistics.mean(normals))) < 0.03)
    #expect(abs(try #require(Statistics.standardDeviation(normals)) - 1) < 0.02)
    let uniforms = (0..<20_000).map { _ in random.uniform(in: 2...4) }
    #expect(uniforms.allSatisfy { (2...4).contains($0) })
    #expect(abs(try #require(Statistics.mean(uniforms)) - 3) < 0.02)
  }

  @Test func indicesAndShufflesCoverTheirRange() {
    var random = SeededRandom(seed: 9)
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<5000 { counts[random.index(below: 5)] += 1 }
    #expect(counts.allSatisfy { (800...1200).contains($0) })
    #expect(random.index(below: 0) == 0)
    #expect(random.shuffled(Array(0..<50)).sorted() == Array(0..<50))
    #expect(random.shuffled([Int]()).isEmpty)
  }
}
