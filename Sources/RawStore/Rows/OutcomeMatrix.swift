/// The outcomes of one arm: `[item, dose, replicate]`, one byte each.
public struct OutcomeMatrix: Hashable, Sendable {
  /// The meaning of a cell's byte. Values from ``firstUnscored`` on are unscored: the byte minus
  /// ``firstUnscored`` is an index into ``OutcomeMatrix/unscoredClasses``.
  public enum Code {
    public static let isFalse: UInt8 = 0
    public static let isTrue: UInt8 = 1
    public static let firstUnscored: UInt8 = 2
    /// No row: never run, or lost.
    public static let missing: UInt8 = 255
  }

  public let arm: Arm
  /// Ascending; empty for an arm without intervention (then there is one column, "no dose").
  public let doses: [Double]
  /// Sorted by their UTF-8 bytes.
  public let items: [String]
  /// Rows an item and dose have at most; 1 unless the study repeats.
  public let replicateCount: Int
  /// `[item, dose, replicate]`, row-major.
  public let cells: [UInt8]
  /// Failure classes (`parse-failure`, `error`, …), sorted.
  public let unscoredClasses: [String]
  /// SHA-256 of the canonical rows, in hexadecimal: the `inputsHash` of what is computed from them.
  public let contentHash: String

  public init(
    arm: Arm, doses: [Double], items: [String], replicateCount: Int, cells: [UInt8],
    unscoredClasses: [String], contentHash: String
  ) {
    self.arm = arm
    self.doses = doses
    self.items = items
    self.replicateCount = replicateCount
    self.cells = cells
    self.unscoredClasses = unscoredClasses
    self.contentHash = contentHash
  }

  /// Columns of ``cells``: the doses, or the one "no dose" column.
  public var columnCount: Int { max(1, doses.count) }

  /// The byte of one cell.
  public func code(item: Int, column: Int, replicate: Int = 0) -> UInt8 {
    cells[(item * columnCount + column) * replicateCount + replicate]
  }

  /// `true`, `false`, or `nil` for unscored and missing.
  public func outcome(item: Int, column: Int, replicate: Int = 0) -> Bool? {
    switch code(item: item, column: column, replicate: replicate) {
    case Code.isTrue: true
    case Code.isFalse: false
    default: nil
    }
  }
}
