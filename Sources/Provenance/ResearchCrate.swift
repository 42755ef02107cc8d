public import CanonicalJSON

/// The metadata of a research object: RO-Crate 1.1 with the profile Process Run Crate 0.5
/// (https://w3id.org/ro/wfrun/process/0.5), one `CreateAction` a step.
public struct ResearchCrate: Sendable {
  public static let fileName = "ro-crate-metadata.json"

  /// A file in the crate, or one that was used and is not in it.
  public struct File: Hashable, Sendable {
    /// Relative to the crate.
    public let path: String
    public let name: String
    public let sha256: String
    public let sizeBytes: Int
    public let encodingFormat: String
    public let isIncluded: Bool

    public init(
      path: String, name: String, sha256: String, sizeBytes: Int, encodingFormat: String,
      isIncluded: Bool = true
    ) {
      self.path = path
      self.name = name
      self.sha256 = sha256
      self.sizeBytes = sizeBytes
      self.encodingFormat = encodingFormat
      self.isIncluded = isIncluded
    }

    var id: String { isIncluded ? path : "urn:sha256:\(sha256)" }
  }

  /// One run of a command.
  public struct Action: Sendable {
    public let id: String
    public let name: String
    /// Name and version of the program.
    public let instrument: String
    /// ISO 8601; `nil` when it is not recorded.
    public let endTime: String?
    public let objects: [File]
    public let results: [File]

    public init(
      id: String, name: String, instrument: String, endTime: String?, objects: [File],
      results: [File]
    ) {
      self.id = id
      self.name = name
      self.instrument = instrument
      self.endTime = endTime
      self.objects = objects
      self.results = results
    }
  }

  private let name: String
  private let description: String
  private let license: String
  private let datePublished: String
  private let files: [File]
  private let actions: [Action]

  public init(
    name: String, description: String, license: String, datePublished: String, files: [File],
    actions: [Action]
  ) {
    self.name = name
    self.description = description
    self.license = license
    self.datePublished = datePublished
    self.files = files.sorted { $0.path < $1.path }
    self.actions = actions
  }

  /// `ro-crate-metadata.json`.
  public var json: JSONValue {
    var entities: [JSONValue] = [
      [
        "@id": .string(Self.fileName), "@type": "CreativeWork",
        "conformsTo": ["@id": "https://w3id.org/ro/crate/1.1"], "about": ["@id": "./"],
      ],
      [
        "@id": "./", "@type": "Dataset", "name": .string(name),
        "description": .string(description), "license": .string(license),
        "datePublished": .string(datePublished),
        "conformsTo": ["@id": "https://w3id.org/ro/wfrun/process/0.5"],
        "hasPart": .array(files.map { ["@id": .string($0.id)] }),
        "mentions": .array(actions.map { ["@id": .string($0.id)] }),
      ],
      [
        "@id": "https://w3id.org/ro/wfrun/process/0.5", "@type": "CreativeWork",
        "name": "Process Run Crate", "version": "0.5",
      ],
    ]
    var seen: Set<String> = []
    let used = actions.flatMap { $0.objects + $0.results }
    for file in files + used where seen.insert(file.id).inserted {
      entities.append(Self.json(file))
    }
    for tool in Set(actions.map(\.instrument)).sorted() { entities.append(Self.software(tool)) }
    for action in actions { entities.append(Self.json(action)) }
    return ["@context": "https://w3id.org/ro/crate/1.1/context", "@graph": .array(entities)]
  }

  private static func json(_ file: File) -> JSONValue {
    [
      "@id": .string(file.id), "@type": "File", "name": .string(file.name),
      "sha256": .string(file.sha256), "contentSize": .string(String(file.sizeBytes)),
      "encodingFormat": .string(file.encodingFormat),
    ]
  }

  private static func software(_ tool: String) -> JSONValue {
    let words = tool.split(separator: " ")
    return [
      "@id": .string(softwareID(tool)), "@type": "SoftwareApplication",
      "name": .string(words.first.map(String.init) ?? tool),
      "version": .string(words.dropFirst().joined(separator: " ")),
    ]
  }

  private static func softwareID(_ tool: String) -> String {
    "#" + tool.map { $0 == " " ? "-" : String($0) }.joined()
  }

  private static func json(_ action: Action) -> JSONValue {
    var members: [String: JSONValue] = [
      "@id": .string(action.id), "@type": "CreateAction", "name": .string(action.name),
      "instrument": ["@id": .string(softwareID(action.instrument))],
      "actionStatus": ["@id": "http://schema.org/CompletedActionStatus"],
      "object": .array(action.objects.map { ["@id": .string($0.id)] }),
      "result": .array(action.results.map { ["@id": .string($0.id)] }),
    ]
    if let endTime = action.endTime { members["endTime"] = .string(endTime) }
    return .object(members)
  }

  /// Path and SHA-256 of the files that a metadata document says are in the crate.
  public static func files(of document: JSONValue) -> [(path: String, sha256: String)] {
    (document["@graph"]?.arrayValue ?? []).compactMap { entity in
      guard entity["@type"]?.stringValue == "File", let path = entity["@id"]?.stringValue,
        !path.hasPrefix("urn:"), let sha256 = entity["sha256"]?.stringValue
      else { return nil }
      return (path, sha256)
    }
  }
}
