/// Where a value was read: a file of the study folder and the place in it.
public struct SourceReference: Hashable, Sendable {
  /// Path relative to the study folder, for example `cells.csv`.
  public let file: String
  /// 1-based line.
  public let line: Int
  /// The row's identifier, for example `V2/FalseQA/A/1`.
  public let key: String

  public init(
    file: String,
    line: Int,
    key: String
  ) {
    self.file = file
    self.line = line
    self.key = key
  }
}

extension SourceReference: Comparable, CustomStringConvertible {
  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line, left.key) < (right.file, right.line, right.key)
  }

  /// `cells.csv:5 (V2/FalseQA/A/1)`.
  public var description: String { "\(file):\(line) (\(key))" }
}
