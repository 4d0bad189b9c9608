import NetworkRuntime

/// The arithmetic of a network's convolutions and linear layers.
package enum Precision: String, Sendable, CaseIterable {
  /// 32-bit floats.
  case f32
  /// bfloat16, summed in 32 bits: up to twice as fast where the processor has instructions for it, precise to some
  /// three digits. Layers near the image, and layers that bf16 does not speed up, stay in 32 bits; so do gradients.
  case bf16

  package var isAvailable: Bool { self == .f32 || nrt_supports_bf16() != 0 }
}
