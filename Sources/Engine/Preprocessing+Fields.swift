import Networks

extension Preprocessing {
  /// Preprocessing as a client describes it; what is not given takes the default, and a size of nil the network's own.
  init(_ fields: PreprocessingFields) throws { self.init(); mean = fields.mean ?? mean; std = fields.std ?? std; scale = fields.scale ?? scale; bgr = fields.channelOrder?.lowercased() == "bgr" }
}
