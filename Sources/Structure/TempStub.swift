import Concepts
import Images
import Tensors
public struct GraphMatcher { public init(nodeCount: Int, dummyValue: Float) {}; public func graph(classIndex: Int, concepts: [Concept], patches: [EmbeddedPatch]) -> ConceptGraph {ConceptGraph(classIndex:0,nodes:[])}}
public struct ReasoningNetwork: Sendable { public func contributions(graphs: [ConceptGraph]) -> [Contributions] {[]}}
public struct TrainingSample: Sendable { public init(graphs:[ConceptGraph], logits:[Float], imageIndex: Int, isMasked: Bool){} }
public struct MaskedVariant { public var mask: Mask; public var graphs: [ConceptGraph] }
public struct MaskedVariantPlan { public init(options: TrainingOptions){}; public func variants(of: [ConceptGraph], imageIndex: Int) -> [MaskedVariant] {[]} }
public struct GraphTraining { public init(options: TrainingOptions){}
 public struct R { public var network: ReasoningNetwork; public var heldOut: Fidelity; public var masked: Fidelity; public var epochs = 0; public var history: [(epoch:Int,loss:Double,heldOutLoss:Double)]; public var loss: DistillationLoss; public var notes: [String] }
 public func run(_ s: [TrainingSample], monitor: WorkMonitor, onEpoch: (Int,Double,Double)->Void) throws -> R { throw CancellationError() } }
public struct Verification { public var logitChange: Float = 0; public var agrees = false; public init(classIndices:[Int], output: Int, logits:[Float], maskedLogits:[Float], contribution: Float){} }
