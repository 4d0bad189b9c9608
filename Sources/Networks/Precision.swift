import NetworkRuntime

/// What a network's convolutions and linear layers are computed in.
package enum Precision: String, Sendable, CaseIterable {
  /// 32-bit floats.
  case f32
  /// bfloat16, summed in 32 bits: up to twice as fast where the processor has instructions for it, to some three
  /// digits. What lies near the image, and what bf16 does not speed up, stays in 32 bits; gradients are computed in 32
  /// bits all the same.
  case bf16

  /// Whether this machine can.
  package var isAvailable: Bool { self == .f32 || nrt_supports_bf16() != 0 }
}
