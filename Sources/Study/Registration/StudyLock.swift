public import CanonicalJSON
internal import Provenance

/// A plan as it stood when it was locked: `study.lock.json`.
///
/// The hash covers the registered content alone, so that two locks of one plan have one hash. The
/// time, the commit and the registry are the authors' word; a timestamp file, if there is one, is
/// what a third party can check.
public struct StudyLock: Hashable, Sendable {
  public static let file = "study.lock.json"
  public static let schema = "referee/study-lock/v1"

  public struct Revision: Hashable, Sendable {
    public let commit: String
    /// Whether the working copy differed from the commit.
    public let isDirty: Bool

    public init(commit: String, isDirty: Bool) {
      self.commit = commit
      self.isDirty = isDirty
    }
  }

  /// A file beside the plan: a timestamp, or an input that the plan names.
  public struct NamedFile: Hashable, Sendable {
    public let path: String
    /// `nil` for an input that did not exist when the plan was locked.
    public let sha256: String?

    public init(path: String, sha256: String?) {
      self.path = path
      self.sha256 = sha256
    }
  }

  /// ``StudyPlan/registeredContent``.
  public let content: JSONValue
  /// SHA-256 of the canonical form of ``content`` and ``inputs``.
  public let sha256: String
  public let lockedAt: UTCTime
  public let revision: Revision?
  /// Name and version of the tool.
  public let tool: String
  /// RFC 3161 or OpenTimestamps, named by the authors; never fetched, never made here.
  public let timestampFile: NamedFile?
  public let registry: String?
  public let url: String?
  public let doi: String?
  /// Questions, benchmarks and detection sets that the plan names, sorted by path.
  public let inputs: [NamedFile]

  /// Locks a plan.
  ///
  /// - Throws: ``JSONEncodingError`` when a number of the plan is not finite.
  public init(
    _ plan: StudyPlan, at time: UTCTime, tool: String, revision: Revision? = nil,
    timestampFile: NamedFile? = nil, inputs: [NamedFile] = []
  ) throws {
    content = plan.registeredContent
    self.inputs = inputs.sorted { $0.path < $1.path }
    sha256 = try Self.hash(content, self.inputs)
    lockedAt = time
    self.tool = tool
    self.revision = revision
    self.timestampFile = timestampFile
    registry = plan.registration.registry
    url = plan.registration.url
    doi = plan.registration.doi
  }

  init(
    content: JSONValue, sha256: String, lockedAt: UTCTime, revision: Revision?, tool: String,
    timestampFile: NamedFile?, registry: String?, url: String?, doi: String?, inputs: [NamedFile]
  ) {
    self.content = content
    self.sha256 = sha256
    self.lockedAt = lockedAt
    self.revision = revision
    self.tool = tool
    self.timestampFile = timestampFile
    self.registry = registry
    self.url = url
    self.doi = doi
    self.inputs = inputs
  }

  static func hash(_ content: JSONValue, _ inputs: [NamedFile]) throws -> String {
    try SHA256Hex(ofCanonical: ["plan": content, "inputs": json(inputs)]).description
  }

  private static func json(_ files: [NamedFile]) -> JSONValue {
    .array(files.map { ["path": .string($0.path), "sha256": StudyPlan.text($0.sha256)] })
  }

  /// The document as it is written, keys sorted.
  public var json: JSONValue {
    [
      "schema": .string(Self.schema), "plan": content, "inputs": Self.json(inputs),
      "sha256": .string(sha256), "locked_at": .string(lockedAt.description),
      "tool": .string(tool),
      "git": revision.map { ["commit": .string($0.commit), "dirty": .bool($0.isDirty)] } ?? .null,
      "timestamp_file": timestampFile.map {
        ["path": .string($0.path), "sha256": StudyPlan.text($0.sha256)]
      } ?? .null,
      "registry": StudyPlan.text(registry), "url": StudyPlan.text(url),
      "doi": StudyPlan.text(doi),
    ]
  }

  /// Ids of the hypotheses in the locked plan, in its order.
  public var hypotheses: [String] {
    (content["hypotheses"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
  }

  /// How many rows are older than the lock.
  ///
  /// - Parameter times: of each row; `nil` where it is not known.
  public func timing(ofRows times: some Sequence<UTCTime?>) -> RowTiming {
    var timing = RowTiming()
    for time in times {
      guard let time else {
        timing.unknown += 1
        continue
      }
      timing.earliest = timing.earliest.map { min($0, time) } ?? time
      if time < lockedAt { timing.older += 1 } else { timing.newer += 1 }
    }
    return timing
  }

  /// Rows before and after the lock.
  public struct RowTiming: Hashable, Sendable {
    public fileprivate(set) var older = 0
    public fileprivate(set) var newer = 0
    public fileprivate(set) var unknown = 0
    public fileprivate(set) var earliest: UTCTime?

    /// At least one row existed when the plan was locked.
    public var isRegisteredAfterData: Bool { older > 0 }
  }
}
