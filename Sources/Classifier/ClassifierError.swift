/// What can go wrong between a matrix and a certified fit.
public enum ClassifierError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A text or binary input that breaks its format. `column` is 0 for binary formats.
  case malformed(file: String, line: Int, column: Int, message: String)
  /// The operating system refused a file operation.
  case fileSystem(path: String, operation: String, reason: String)
  /// A store whose parts disagree with each other or with their hashes.
  case damagedStore(path: String, message: String)
  /// An option or argument outside its domain.
  case invalidArgument(name: String, message: String)
  /// Labels that define no two-class problem.
  case labels(message: String)
  /// All rows with positive weight have one class and the intercept is free: the minimum lies at
  /// infinity.
  case oneClass(problem: String)
  /// A value that the chosen store type cannot hold.
  case valueOutOfRange(value: Double, dtype: String, row: Int)
  /// Arithmetic left the finite numbers.
  case notFinite(problem: String)
  /// A requested instruction set that this processor does not have.
  case instructionSet(requested: String)

  public var description: String {
    switch self {
    case .malformed(let file, let line, let column, let message):
      column > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
    case .fileSystem(let path, let operation, let reason):
      "\(path): cannot \(operation): \(reason)"
    case .damagedStore(let path, let message):
      "\(path): damaged store: \(message); write the store again from its source"
    case .invalidArgument(let name, let message): "\(name): \(message)"
    case .labels(let message): message
    case .oneClass(let problem):
      "\(problem): all rows have one class, so a free intercept runs to infinity; "
        + "add rows of the other class or use a penalised intercept"
    case .valueOutOfRange(let value, let dtype, let row):
      "row \(row): \(value) does not fit \(dtype); choose a wider dtype or rescale the features"
    case .notFinite(let problem):
      "\(problem): the objective is not finite; check the magnitudes of the features and of C"
    case .instructionSet(let requested):
      "this processor does not run \(requested); leave the choice out or use serial"
    }
  }
}
