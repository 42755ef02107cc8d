internal import CKernels

/// The instruction set that the kernels use. All of them give the same bits; the choice is
/// recorded in provenance because speed and trust depend on it.
public enum InstructionSet: String, CaseIterable, Sendable, Codable {
  /// Plain C: the oracle of the others.
  case serial
  case avx2
  case avx512

  /// Whether this processor has it.
  public var isAvailable: Bool { ck_table_for(number) != nil }

  /// The widest one of this processor.
  public static var best: InstructionSet {
    allCases.last { $0.isAvailable } ?? .serial
  }

  package var number: Int32 {
    switch self {
    case .serial: Int32(CK_SERIAL)
    case .avx2: Int32(CK_AVX2)
    case .avx512: Int32(CK_AVX512)
    }
  }
}
