import Testing

@testable import Structure

@Suite struct ContributionChangeTests {
  private func attribution(_ output: Int, _ own: Attribution.Graph) -> Attribution {
    let other = Attribution.Graph(nodes: [100, 100], edges: [100, 100])
    return Attribution(output: output, graphs: output == 0 ? [own, other] : [other, own], bias: 0)
  }

  private var changes: [ContributionChange] {
    let before: [Attribution.Graph] = [.init(nodes: [1, 2], edges: [0, 3]), .init(nodes: [0, 0], edges: [0, 0])]
    let after: [Attribution.Graph] = [.init(nodes: [1, -2], edges: [1, 3]), .init(nodes: [9, 9], edges: [9, 9])]
    return ContributionChange.changes(
      from: before.enumerated().map(attribution), to: after.enumerated().map(attribution), graphs: [0],
      edited: [[0], []])
  }

  @Test func theLargestChangeComesFirst() {
    let changes = changes
    // Of class 0 alone, and of its own output: node 1 by -4, the edge from 0 to 1 by 1.
    #expect(changes.count == 4 && changes.allSatisfy { $0.graph == 0 })
    #expect(changes[0].from == 1 && changes[0].to == nil && changes[0].delta == -4 && !changes[0].isEdited)
    #expect(changes[1].from == 0 && changes[1].to == 1 && changes[1].delta == 1 && changes[1].isEdited)
    // An edge at an edited node is edited from either end.
    #expect(changes.filter(\.isEdited).count == 3)
  }

  @Test func localityIsTheEditedShareOfTheChange() {
    #expect(ContributionChange.locality(of: changes) == 1.0 / 5)
    let still = ContributionChange(graph: 0, from: 0, to: nil, before: 1, after: 1, isEdited: true)
    #expect(ContributionChange.locality(of: [still]) == nil && ContributionChange.locality(of: []) == nil)
  }
}
