internal import CClassifierKernels

/// The kernels' instruction set. Results do not depend on it, only the time does.
public enum InstructionSet: String, Sendable, CaseIterable {
  case serial, avx2, avx512

  private var code: Int32 {
    switch self {
    case .serial: 0
    case .avx2: 1
    case .avx512: 2
    }
  }

  /// The widest set of this processor.
  public static var best: InstructionSet {
    switch cls_best_isa() {
    case 2: .avx512
    case 1: .avx2
    default: .serial
    }
  }

  /// Whether this processor can run the set.
  public var isAvailable: Bool { cls_select(code) != nil }

  func kernels() throws(ClassifierError) -> KernelTable {
    guard let table = cls_select(code) else { throw .instructionSet(requested: rawValue) }
    return KernelTable(pointer: table)
  }
}

/// One of the static kernel tables.
///
/// `@unchecked Sendable`: the table is a constant of the C target and never written.
struct KernelTable: @unchecked Sendable {
  let pointer: UnsafePointer<cls_kernels>
}
