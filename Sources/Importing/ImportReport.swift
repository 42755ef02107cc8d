/// What became of every line of the imported files.
public struct ImportReport: Hashable, Sendable {
  /// One line that was not accepted, and why.
  public struct Remark: Hashable, Sendable {
    public let path: String
    /// 1-based.
    public let line: Int
    public let isRejected: Bool
    public let reason: String

    public init(path: String, line: Int, isRejected: Bool, reason: String) {
      self.path = path
      self.line = line
      self.isRejected = isRejected
      self.reason = reason
    }
  }

  public var acceptedCount = 0
  public var remarks: [Remark] = []

  public init() {}
}
