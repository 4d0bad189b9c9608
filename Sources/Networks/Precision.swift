import COneDNN

/// What a network's convolutions and linear layers are computed in.
public enum Precision: String, Sendable, CaseIterable {
  /// 32-bit floats.
  case f32
  /// bfloat16, summed in 32 bits: about twice as fast where the processor has instructions for it, to some three digits. Gradients are
  /// computed in 32 bits all the same.
  case bf16

  /// Whether this machine can.
  public var isAvailable: Bool { self == .f32 || oned_supports_bf16() != 0 }
}
