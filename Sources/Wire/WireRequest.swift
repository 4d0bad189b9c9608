import Fields
import RPC

/// A request of the contract: its name, how it is scheduled, its parameters, and its result.
package protocol WireRequest: Sendable {
  associatedtype Result: Sendable

  static var method: String { get }
  static var ordering: Ordering { get }
  static var lane: Lane { get }
  /// What it does, in a sentence.
  static var summary: String { get }
  /// How its result is written.
  static var result: FieldType<Result> { get }

  /// Reads the parameters; throws `FieldError` for the first that does not fit.
  init(_ reader: FieldReader) throws
}

extension WireRequest where Result: WrittenRecord {
  package static var result: FieldType<Result> { Result.written }
}

extension WireRequest {
  static var resultSchema: Schema { result.schema }

  /// The parameters, as the request reads them. Throws where the example of a type does not fit the type.
  static func parameters() throws -> [Schema.Member] {
    let recorder = FieldRecorder()
    _ = try Self(FieldReader(recording: recorder))
    return recorder.members
  }
}

/// The result of a request that returns nothing.
package struct Done: WrittenRecord {
  package static let fields = FieldList<Done>([])

  package init() {}
}

package enum WireContract {
  /// Grows with each addition; what is published stays.
  package static let version = "1.2"
}

/// All requests between `initialize` and `shutdown`.
package enum WireRequests {
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
