import Images

/// One image as a reasoning network and its classifier see it: explaining, verifying and measuring start from it.
package struct ExplainedImage: Sendable {
  /// Hash of the image's content, which seeds random numbers, so that the same image gets the same numbers.
  package var identity: String
  /// Its pixels at the network's input size.
  package var input: RGBImage
  /// One per class of the reasoning network.
  package var graphs: [ConceptGraph]
  /// The classifier's logits of these classes.
  package var logits: [Float]
  /// One per output of the reasoning network.
  package var attributions: [Attribution]

  package init(
    identity: String, input: RGBImage, graphs: [ConceptGraph], logits: [Float], attributions: [Attribution]
  ) {
    (self.identity, self.input, self.graphs, self.logits) = (identity, input, graphs, logits)
    self.attributions = attributions
  }

  /// Position of the classifier's prediction among the reasoning network's classes.
  package var choice: Int { ClassChoice.position(in: logits) ?? 0 }

  /// Position of the reasoning network's prediction.
  package var graphChoice: Int { ClassChoice.position(in: attributions.map(\.score)) ?? 0 }
}

/// Answers questions about changed versions of one image. The owner of the classifier implements it, and answers from
/// its store if it can.
package protocol ImageQuestions {
  var image: ExplainedImage { get }
  var network: ReasoningNetwork { get }

  /// The classifier's logits of the reasoning network's classes with each mask filled with grey; a nil mask leaves the
  /// image as it is.
  func logits(masking masks: [Mask?]) throws -> [[Float]]
  /// The classifier's logits of these classes for edited pictures of the network's input size.
  func logits(showing pictures: [RGBImage]) throws -> [[Float]]
  /// The graphs of the image with a mask filled with grey.
  func graphs(hiding mask: Mask) throws -> [ConceptGraph]
  /// Another image's patch of the concept of a node; nil where no such image can be read any more.
  func exemplar(of node: Int, graph: Int) -> RGBImage?
}
