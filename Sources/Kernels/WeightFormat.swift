internal import CKernels

/// How the weights of a matrix are packed. GGUF types keep their GGML number.
public enum WeightFormat: Int32, Sendable, CaseIterable {
  case float32 = 0
  case float16 = 1
  case q40 = 2
  case q41 = 3
  case q50 = 6
  case q51 = 7
  case q80 = 8
  case q2K = 10
  case q3K = 11
  case q4K = 12
  case q5K = 13
  case q6K = 14
  case iq4NL = 20
  case iq4XS = 23
  case bfloat16 = 30
  case mxfp4 = 39
  /// GPTQ int4: `qweight`, `qzeros`, `scales`, `g_idx`.
  case gptq4 = 100
  /// MLX affine, 4 or 8 bits.
  case mlx = 101

  /// The name that its own ecosystem uses.
  public var name: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .q40: "Q4_0"
    case .q41: "Q4_1"
    case .q50: "Q5_0"
    case .q51: "Q5_1"
    case .q80: "Q8_0"
    case .q2K: "Q2_K"
    case .q3K: "Q3_K"
    case .q4K: "Q4_K"
    case .q5K: "Q5_K"
    case .q6K: "Q6_K"
    case .iq4NL: "IQ4_NL"
    case .iq4XS: "IQ4_XS"
    case .mxfp4: "MXFP4"
    case .gptq4: "GPTQ-INT4"
    case .mlx: "MLX-affine"
    }
  }

  /// Weights and bytes of one block, or `nil` for formats that spread over several tensors.
  ///
  /// - Source: the GGUF type table of gguf-py 0.19.
  public var block: (weights: Int, bytes: Int)? {
    switch self {
    case .float32: (1, 4)
    case .float16, .bfloat16: (1, 2)
    case .q40, .iq4NL: (32, 18)
    case .q41: (32, 20)
    case .q50: (32, 22)
    case .q51: (32, 24)
    case .q80: (32, 34)
    case .q2K: (256, 84)
    case .q3K: (256, 110)
    case .q4K: (256, 144)
    case .q5K: (256, 176)
    case .q6K: (256, 210)
    case .iq4XS: (256, 136)
    case .mxfp4: (32, 17)
    case .gptq4, .mlx: nil
    }
  }
}
