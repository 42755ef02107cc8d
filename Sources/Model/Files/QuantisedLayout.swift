internal import Kernels

/// The 4-bit layouts that ``CheckpointQuantiser`` writes.
public enum QuantisedLayout: String, Sendable, CaseIterable {
  /// GPTQ int4 v1, symmetric, groups in order.
  case gptq
  /// MLX affine, 4 bits; the router and the shared expert's gate 8 bits.
  case mlx
}

/// Round-to-nearest quantisation of one matrix: `[rows, columns]`, groups along the columns.
enum RoundToNearest {
  /// `qweight [columns/8, rows]`, `qzeros [groups, rows/8]`, `scales [groups, rows]`, `g_idx`.
  struct GPTQ {
    var words: [UInt32]
    var zeros: [UInt32]
    var scales: [Float16]
    var groups: [Int32]
  }

  /// Symmetric: zero point 8, scale 2 · max|w| / 15; v1 files store the zero point minus one.
  static func gptq(_ w: [Float], rows: Int, columns: Int, groupSize: Int) -> GPTQ {
    let groupCount = columns / groupSize
    var result = GPTQ(
      words: Array(repeating: 0, count: columns / 8 * rows),
      zeros: Array(repeating: 0x7777_7777, count: groupCount * rows / 8),
      scales: Array(repeating: 0, count: groupCount * rows),
      groups: (0..<columns).map { Int32($0 / groupSize) })
    for row in 0..<rows {
      for group in 0..<groupCount {
        let range = row * columns + group * groupSize..<row * columns + (group + 1) * groupSize
        let largest = w[range].reduce(0) { max($0, abs($1)) }
        let scale = Float16(2 * largest / 15)
        result.scales[group * rows + row] = scale
        for index in range {
          let column = index - row * columns
          let step = scale == 0 ? 0 : (w[index] / Float(scale)).rounded()
          let code = UInt32(min(15, max(0, (step.isFinite ? step : 0) + 8)))
          result.words[column / 8 * rows + row] |= code << UInt32(4 * (column % 8))
        }
      }
    }
    return result
  }

  struct MLX {
    var words: [UInt32] = []
    var scales: [Float16] = []
    var biases: [Float16] = []
  }

  /// Affine: bias = min, scale = (max − min) / (2^bits − 1), codes against the rounded values.
  static func mlx(
    _ w: [Float], rows: Int, columns: Int, groupSize: Int, bits: Int
  ) -> MLX {
    let top = Float((1 << bits) - 1)
    let perWord = 32 / bits
    var result = MLX()
    result.words = Array(repeating: 0, count: rows * columns / perWord)
    for start in stride(from: 0, to: rows * columns, by: groupSize) {
      let group = w[start..<start + groupSize]
      let (low, high) = group.reduce((Float.infinity, -Float.infinity)) {
        (min($0.0, $1), max($0.1, $1))
      }
      let (scale, bias) = (Float16((high - low) / top), Float16(low))
      result.scales.append(scale)
      result.biases.append(bias)
      for index in group.indices {
        let step = scale == 0 ? 0 : ((w[index] - Float(bias)) / Float(scale)).rounded()
        let code = UInt32(min(top, max(0, step.isFinite ? step : 0)))
        result.words[index / perWord] |= code << UInt32(bits * (index % perWord))
      }
    }
    return result
  }
}
