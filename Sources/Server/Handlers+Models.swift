import Engine
import Networks
import RPC
import Reports
import Wire

extension Handlers {
  @Sendable func loadModel(_ request: LoadModel, _ call: any Call) throws -> ModelSummary {
    let labels: ModelSource.Labels? =
      switch request.labels {
      case .path(let path): .path(session.resolve(path))
      case .list(let labels): .list(labels)
      case nil: nil
      }
    let source = ModelSource(
      path: session.resolve(request.path), labels: labels, name: request.name,
      preprocessing: request.preprocessing,
      layer: request.layer, precision: request.precision ?? .f32)
    return try engine.loadModel(source, monitor: call.monitor(session, plan: .single))
  }

  @Sendable func attachModel(_ request: AttachModel, _ call: any Call) throws -> ModelSummary {
    var preprocessing = request.preprocessing
    preprocessing.size = [request.inputShape[2], request.inputShape[1]]
    preprocessing.layout = .nchw
    let folder = request.usesTensorFiles ? session.tensorFolder() : nil
    let attached = AttachedModel(
      name: request.name, labels: request.labels, preprocessing: preprocessing, layer: request.layer,
      revision: request.revision)
    return try engine.attachModel(attached, monitor: call.monitor(session, plan: .single)) { id, preprocessing in
      ClientClassifier(
        model: id, preprocessing: preprocessing, classCount: request.labels.count,
        layers: request.layers.map { LayerDescription(name: $0.name, shape: $0.shape, operatorName: $0.operatorName) },
        timeout: request.timeout, folder: folder, session: session)
    }
  }

  @Sendable func listModels(_ request: ListModels, in snapshot: EngineSnapshot, _ call: any Call) throws
    -> [ModelSummary]
  {
    snapshot.modelSummaries
  }

  @Sendable func unloadModel(_ request: UnloadModel, _ call: any Call) throws -> Done {
    try engine.unloadModel(request.model)
    // What is free goes back to the system at once: networks and what is derived from them are large.
    FreeMemory.giveBack()
    return Done()
  }

  @Sendable func classify(_ request: Classify, in snapshot: EngineSnapshot, _ call: any Call) throws -> Classify.Result
  {
    try snapshot.classify(
      model: request.model, images: request.images.map(source), topK: request.topK,
      monitor: call.monitor(session, plan: .single))
  }
}
