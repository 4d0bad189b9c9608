import RPC

/// A request of the contract: its name, how it is scheduled, its parameters, and its result.
package protocol WireRequest: Sendable {
  static var method: String { get }
  static var ordering: Ordering { get }
  static var lane: Lane { get }

  /// What it does, in a sentence.
  static var summary: String { get }
  static var result: Schema { get }

  init(_ reader: ParameterReader) throws
}

/// The contract as a whole.
package enum WireContract {
  /// Its version: grows with what is added; what is there stays.
  package static let version = "1.0"
}

/// All requests between `initialize` and `shutdown`.
package enum WireRequests {
  /// Every request that the daemon answers.
  package static let all: [any WireRequest.Type] = [
    LoadModel.self, AttachModel.self, ListModels.self, UnloadModel.self, Classify.self,
    Discover.self, Match.self, Train.self,
    Explain.self, Compare.self, Intervene.self, Diagnose.self, Evaluate.self, Render.self, WriteReport.self,
    ListConcepts.self, GetConcept.self, ScoreConcepts.self, RenameConcept.self, RemoveConcept.self, MergeConcepts.self,
    ExportBank.self, ImportBank.self,
    ListGraphs.self, GetGraph.self, RunGraph.self, BindGraph.self,
    WorkspaceStatus.self, DescribeService.self,
  ]
}
