internal import Foundation

/// Rotary position embedding on the first `2 · inverseFrequencies.count` values of a head.
///
/// Frequencies and angles are rounded to f32 where transformers rounds them, so that long positions
/// agree.
public struct RotaryEmbedding: Sendable, Equatable {
  /// Which two values form a pair.
  public enum Pairing: Sendable, Equatable {
    /// (i, i + n/2): Hugging Face checkpoints, and GGUF files of the Qwen families.
    case halves
    /// (2i, 2i + 1): GGUF files of the `llama` family, whose rows are permuted for it.
    case adjacent
  }

  public var inverseFrequencies: [Float]
  public var pairing: Pairing

  public init(inverseFrequencies: [Float], pairing: Pairing) {
    self.inverseFrequencies = inverseFrequencies
    self.pairing = pairing
  }

  /// `θ^(−2i/size)` for i in 0..<size/2.
  public init(base: Double, size: Int, pairing: Pairing) {
    inverseFrequencies = (0..<size / 2).map { index in
      Float(1) / Float(pow(Double(Float(base)), Double(Float(2 * index) / Float(size))))
    }
    self.pairing = pairing
  }

  /// The Llama-3.1 scaling: long wavelengths are stretched by `factor`, those between the two
  /// thresholds blended.
  ///
  /// - Source: transformers 5.23 `modeling_rope_utils.py`, `_compute_llama3_parameters`.
  public mutating func applyLlama3Scaling(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalPositions: Double
  ) {
    inverseFrequencies = inverseFrequencies.map { frequency in
      let omega = Double(frequency)
      let wavelength = 2 * Double.pi / omega
      if wavelength < originalPositions / highFrequencyFactor { return frequency }
      if wavelength > originalPositions / lowFrequencyFactor { return Float(omega / factor) }
      let smooth =
        (originalPositions / wavelength - lowFrequencyFactor)
        / (highFrequencyFactor - lowFrequencyFactor)
      return Float((1 - smooth) * omega / factor + smooth * omega)
    }
  }

  /// The cosines and sines of one position.
  package func table(
    position: Int, cosines: UnsafeMutablePointer<Float>, sines: UnsafeMutablePointer<Float>
  ) {
    for (index, frequency) in inverseFrequencies.enumerated() {
      let angle = Double(Float(position) * frequency)
      cosines[index] = Float(cos(angle))
      sines[index] = Float(sin(angle))
    }
  }

  /// Rotates one head in place.
  package func rotate(
    _ head: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>,
    sines: UnsafePointer<Float>
  ) {
    let half = inverseFrequencies.count
    for index in 0..<half {
      let (first, second) =
        pairing == .halves ? (index, index + half) : (2 * index, 2 * index + 1)
      let (u, v) = (head[first], head[second])
      head[first] = u * cosines[index] - v * sines[index]
      head[second] = v * cosines[index] + u * sines[index]
    }
  }
}
