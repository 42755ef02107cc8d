public import RawStore

/// What became of every file and line of an import.
public struct ImportReport: Hashable, Sendable {
  /// One line that was not accepted, or that needs a word, and why.
  public struct Remark: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      /// The row counts; something about it should be known.
      case note
      /// Nothing to read on this line.
      case skipped
      /// The line should be a row and is not.
      case rejected
    }

    public let kind: Kind
    /// 1-based; `nil` when the remark is about the file.
    public let line: Int?
    public let reason: String

    public init(kind: Kind, line: Int?, reason: String) {
      self.kind = kind
      self.line = line
      self.reason = reason
    }
  }

  public enum State: String, Hashable, Sendable {
    case imported
    /// The same bytes were imported with the same parameters before.
    case unchanged
    /// No importer knows the file.
    case unrecognised
    /// The file as a whole could not be used; nothing of it is stored.
    case failed
  }

  /// One file.
  public struct File: Hashable, Sendable {
    /// The most remarks that are kept with their text; the rest is counted.
    public static let keptRemarks = 100

    /// Relative to the imported folder, with `/`.
    public let path: String
    public var format = ""
    public var sha256 = ""
    public var sizeBytes = 0
    public var state = State.imported
    /// Lines, or elements of a document, that gave rows.
    public var acceptedCount = 0
    public var skippedCount = 0
    public var rejectedCount = 0
    /// Rows that are new in the store.
    public var addedCount = 0
    /// Rows that the store had already, with the same values.
    public var knownCount = 0
    public private(set) var remarks: [Remark] = []
    public private(set) var remarkCount = 0

    public init(path: String) { self.path = path }

    /// Keeps a remark, or counts it when there are too many.
    public mutating func add(_ remark: Remark) {
      remarkCount += 1
      if remarks.count < Self.keptRemarks { remarks.append(remark) }
    }
  }

  public var study = ""
  /// In the order of their paths.
  public var files: [File] = []
  public var conflicts: [RowConflict] = []
  public var conflictCount = 0
  /// Whether the rows are in the store: `false` after a conflict, and after a rejection with
  /// `--strict`.
  public var isCommitted = false
  /// Whether the store has anything new.
  public var hasChanges = false
  /// Content hash of the store after the import.
  public var contentHash = ""

  public init() {}

  public var rejectedCount: Int { files.reduce(0) { $0 + $1.rejectedCount } }

  public var unusableCount: Int {
    files.count { $0.state == .unrecognised || $0.state == .failed }
  }
}
