import Engine
import RPC
import Wire

extension Handlers {
  @Sendable func loadModel(_ request: LoadModel, _ call: any Call) throws -> JSONValue {
    let labels: ModelSource.Labels? =
      switch request.labels {
      case .path(let path): .path(session.resolve(path))
      case .list(let labels): .list(labels)
      case nil: nil
      }
    var preprocessing = PreprocessingFields()
    preprocessing.size = request.preprocessing.size
    preprocessing.resize = request.preprocessing.resize
    preprocessing.mean = request.preprocessing.mean
    preprocessing.std = request.preprocessing.std
    preprocessing.scale = request.preprocessing.scale
    preprocessing.channelOrder = request.preprocessing.channelOrder
    preprocessing.layout = request.preprocessing.layout
    let source = ModelSource(
      path: session.resolve(request.path), labels: labels, name: request.name, preprocessing: preprocessing,
      layer: request.layer, precision: request.precision)
    return try engine.loadModel(source, monitor: call.monitor(session, plan: .single)).json
  }

  @Sendable func listModels(_ request: ListModels, _ call: any Call) throws -> JSONValue {
    .object(["models": .array(engine.models().map(\.json))])
  }

  @Sendable func unloadModel(_ request: UnloadModel, _ call: any Call) throws -> JSONValue {
    try engine.unloadModel(request.model)
    return .object([:])
  }

  @Sendable func classify(_ request: Classify, _ call: any Call) throws -> JSONValue {
    let (results, skipped) = try engine.classify(
      model: request.model, images: request.images.map(source), topK: request.topK,
      monitor: call.monitor(session, plan: .single))
    return .object([
      "results": .array(
        results.map {
          .object(["image": .string($0.image), "predictions": .array($0.predictions.map(\.json))])
        }),
      "skipped": .array(skipped.map(\.json)),
    ])
  }
}
