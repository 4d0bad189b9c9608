import Concepts
import Fields
import Structure
import Testing

@testable import Evaluation

/// What an evaluation refuses; the runs themselves are tested from outside, with the daemon.
@Suite struct EvaluationOptionsTests {
  @Test func optionsOutOfRangeAreNamed() {
    func refused(_ name: String, _ change: (inout EvaluationOptions) -> Void) {
      var options = EvaluationOptions()
      change(&options)
      #expect {
        try EvaluationOptions.fields.validate(options)
      } throws: { ($0 as? FieldError)?.description.contains(name) == true }
    }
    refused("seeds") { $0.seeds = 0 }
    refused("holdout") { $0.holdout = 1 }
    refused("maxHeldOut") { $0.maxHeldOut = 1 }
    refused("edits") { $0.edits = -1 }
    refused("randomPatches") { $0.randomPatches = 1 }
    refused("randomOrders") { $0.randomOrders = 0 }
    refused("measures") { $0.measures = [] }
    refused("thresholds.agreement: given 1.0, accepted is a measure") { $0.thresholds = ["agreement": 1] }
    refused("controls") { $0.training.controls.controls = -1 }
    refused("clusters") { $0.discovery.clustering.clusters = 0 }
  }
}
