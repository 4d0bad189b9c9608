import Images

/// One image as a reasoning network and its classifier see it: what explaining, verifying and measuring start from.
package struct ExplainedImage: Sendable {
  /// What stands for the image where numbers are drawn for it: the hash of its content, so that the same image gets the same numbers.
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
    self.identity = identity
    self.input = input
    self.graphs = graphs
    self.logits = logits
    self.attributions = attributions
  }

  /// Position of the classifier's choice among the reasoning network's classes.
  package var choice: Int { ClassChoice.position(in: logits) ?? 0 }

  /// Position of the reasoning network's own choice.
  package var graphChoice: Int { ClassChoice.position(in: attributions.map(\.score)) ?? 0 }
}

/// Answers questions about changed versions of one image. Whoever holds the classifier answers them, from what it has stored where it can.
package protocol ImageQuestions {
  /// The image as it is.
  var image: ExplainedImage { get }
  /// The reasoning network that explains it.
  var network: ReasoningNetwork { get }

  /// The classifier's logits of the reasoning network's classes with each mask filled with grey; nil stands for the image as it is.
  func logits(masking masks: [Mask?]) throws -> [[Float]]
  /// The classifier's logits of these classes for pictures of the network's input size.
  func logits(showing pictures: [RGBImage]) throws -> [[Float]]
  /// The graphs of the image with a mask filled with grey.
  func graphs(hiding mask: Mask) throws -> [ConceptGraph]
  /// Another image's patch of the concept of a node; nil where none can be read any more.
  func exemplar(of node: Int, graph: Int) -> RGBImage?
}
