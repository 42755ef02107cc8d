/// Where a value was read: a file of the study folder and the place in it.
public struct SourceReference: Hashable, Sendable {
  /// Path relative to the study folder, for example `cells.csv`.
  public let file: String
  /// 1-based line.
  public let line: Int
  /// The row's identifier, for example `V2/FalseQA/A/1`.
  public let key: String
  /// Section, table or figure of the published text, when the row gives it.
  public let place: String?
  /// The words of the text that the row rests on, when it gives them.
  public let quote: String?

  public init(
    file: String,
    line: Int,
    key: String,
    place: String? = nil,
    quote: String? = nil
  ) {
    self.file = file
    self.line = line
    self.key = key
    self.place = place
    self.quote = quote
  }
}

extension SourceReference: Comparable, CustomStringConvertible {
  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line, left.key) < (right.file, right.line, right.key)
  }

  /// `cells.csv:5 (V2/FalseQA/A/1)`.
  public var description: String { "\(file):\(line) (\(key))" }
}
