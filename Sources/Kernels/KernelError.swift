/// What the kernels cannot do.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  case instructionSetUnavailable(InstructionSet)
  case threadsUnavailable(requested: Int)

  public var description: String {
    switch self {
    case .instructionSetUnavailable(let set):
      "this processor has no \(set.rawValue); choose serial or leave the choice to the program"
    case .threadsUnavailable(let requested):
      "cannot start \(requested) threads; ask for fewer"
    }
  }
}
