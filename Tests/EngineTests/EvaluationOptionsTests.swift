import Concepts
import Evaluation
import Structure
import Testing

@testable import Engine

/// What an evaluation refuses; the runs themselves are tested from outside, with the daemon.
@Suite struct EvaluationOptionsTests {
  @Test func optionsOutOfRangeAreNamed() {
    func refused(_ name: String, _ change: (inout EvaluationOptions) -> Void) {
      var options = EvaluationOptions()
      change(&options)
      #expect {
        try options.validate()
      } throws: { ($0 as? EngineError)?.message.contains(name) == true }
    }
    refused("seeds") { $0.seeds = 0 }
    refused("holdout") { $0.holdout = 1 }
    refused("maxHeldOut") { $0.maxHeldOut = 1 }
    refused("edits") { $0.edits = -1 }
    refused("randomPatches") { $0.randomPatches = 1 }
    refused("randomOrders") { $0.randomOrders = 0 }
    refused("measures") { $0.measures = [] }
    refused("thresholds.agreement: accepted is a measure") { $0.thresholds = ["agreement": 1] }
    refused("controls") { $0.training.controls = -1 }
    refused("clusters") { $0.discovery.clusters = 0 }
  }
}
