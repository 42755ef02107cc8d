public import CanonicalJSON
internal import Foundation
public import Provenance
public import RawStore

/// The results of one stage under one key: rows that are appended as they are finished, sealed at
/// the end.
///
/// The key is the digest of the stage, its version, its parameters and the digests of its inputs, so
/// a result stands exactly as long as nothing that it depends on changes. A unit is one line; a torn
/// last line (a kill in the middle of a write) is cut off and its unit repeated. A shard keeps its
/// units in a file of its own and seals nothing.
public final class StageFolder {
  public let stage: Stage
  public let path: String
  /// Digest of everything that decides the rows.
  public let key: String
  private var handle: FileHandle?

  /// Units of this shard, or the merged ones of all shards.
  private let units: UnitFile?

  private var unitsPath: String { path + "/units.jsonl" }
  private var rowsPath: String { path + "/rows.jsonl" }
  private var sealPath: String { path + "/seal.json" }

  /// Opens the folder of a key, or makes it.
  ///
  /// - Parameters:
  ///   - parent: the run's folder of stages.
  ///   - parameters: what the plan decides for this stage.
  ///   - inputs: digests of what the stage reads, by name.
  ///   - units: of a shard, which then writes nothing here; or those that were merged.
  /// - Throws: ``PipelineError``.
  public init(
    stage: Stage, in parent: String, parameters: JSONValue, inputs: [String: String],
    units: UnitFile? = nil
  ) throws {
    self.units = units
    let description: JSONValue = [
      "schema": "referee/stage/v1", "stage": .string(stage.rawValue),
      "version": .integer(Int64(stage.version)), "parameters": parameters,
      "inputs": .object(inputs.mapValues(JSONValue.string)),
    ]
    self.stage = stage
    key = try SHA256Hex(ofCanonical: description).description
    path = parent + "/" + stage.rawValue + "-" + key.prefix(16)
    if isOfShard { return }
    try Self.attempt(path) {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let keyPath = path + "/key.json"
    let text = try description.prettyText()
    if let known = FileManager.default.contents(atPath: keyPath) {
      guard known == Data(text.utf8) else {
        throw PipelineError.damagedStage(folder: path, problem: "key.json is not that of its name")
      }
    } else {
      try Self.write(Data(text.utf8), to: keyPath)
    }
  }

  // MARK: - Sealed results

  /// The rows of a finished stage, checked against its seal; `nil` when it is not finished.
  public func sealedRows() throws -> [JSONValue]? {
    guard let seal = FileManager.default.contents(atPath: sealPath) else { return nil }
    guard let document = try? JSONValue(parsing: seal),
      let digest = document["rows"]?.stringValue,
      let data = FileManager.default.contents(atPath: rowsPath)
    else { throw PipelineError.damagedStage(folder: path, problem: "its rows are missing") }
    guard SHA256Hex(of: data).description == digest else {
      throw PipelineError.damagedStage(
        folder: path, problem: "rows.jsonl is not what was sealed")
    }
    return try Self.parse(data, path: rowsPath).rows
  }

  /// The digest of the sealed rows, the input of later stages.
  public func sealedDigest() -> String? {
    FileManager.default.contents(atPath: sealPath).flatMap { try? JSONValue(parsing: $0) }?[
      "rows"]?.stringValue
  }

  /// Writes the final rows and seals them; the unit file has done its work.
  @discardableResult
  public func seal(_ rows: [JSONValue]) throws -> String {
    var text = ""
    for row in rows { text += try row.canonicalText() + "\n" }
    let data = Data(text.utf8)
    let digest = SHA256Hex(of: data).description
    try Self.write(data, to: rowsPath)
    let seal: JSONValue = [
      "schema": "referee/stage-seal/v1", "key": .string(key), "rows": .string(digest),
      "count": .integer(Int64(rows.count)),
    ]
    try Self.write(Data(try seal.prettyText().utf8), to: sealPath)
    try? handle?.close()
    handle = nil
    try? FileManager.default.removeItem(atPath: unitsPath)
    return digest
  }

  // MARK: - Units

  private var isOfShard: Bool { units.map { $0.shard != .whole } ?? false }

  private var place: UnitFile.Place { UnitFile.Place(stage: stage.rawValue, key: key) }

  /// Names units that all shards together must have.
  public func plan(_ names: [String]) throws {
    if isOfShard { try units?.plan(names, of: place) }
  }

  /// Says that the units of this shard are all there.
  public func finish() throws {
    if isOfShard { try units?.finish(place) }
  }

  /// The finished units of an unfinished stage, by id.
  public func finishedUnits() throws -> [String: JSONValue] {
    var finished: [String: JSONValue] = [:]
    if let units {
      for name in try units.units(of: place) {
        guard let bytes = try units.value(of: name, in: place),
          let value = try? JSONValue(parsing: bytes)
        else {
          throw PipelineError.badFile(path: units.path, problem: "\(name) holds no JSON")
        }
        finished[name] = value
      }
    }
    guard !isOfShard, let data = FileManager.default.contents(atPath: unitsPath) else {
      return finished
    }
    let (rows, length) = try Self.parse(data, path: unitsPath, allowsTornEnd: true)
    if length < data.count {
      try Self.attempt(unitsPath) {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: unitsPath))
        try handle.truncate(atOffset: UInt64(length))
        try handle.close()
      }
    }
    for row in rows {
      guard let unit = row["unit"]?.stringValue, let value = row["value"] else {
        throw PipelineError.damagedStage(
          folder: path, problem: "a line of units.jsonl has no unit")
      }
      finished[unit] = value
    }
    return finished
  }

  /// Appends finished units; they survive a kill from here on.
  public func append(_ finished: [(unit: String, value: JSONValue)]) throws {
    guard !finished.isEmpty else { return }
    if isOfShard {
      try units?.add(
        finished.map { ($0.unit, Array(try $0.value.canonicalText().utf8)) }, to: place)
      return
    }
    var text = ""
    for (unit, value) in finished {
      let line: JSONValue = ["unit": .string(unit), "value": value]
      text += try line.canonicalText() + "\n"
    }
    try Self.attempt(unitsPath) {
      if handle == nil {
        if !FileManager.default.fileExists(atPath: unitsPath) {
          FileManager.default.createFile(atPath: unitsPath, contents: nil)
        }
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: unitsPath))
        try handle?.seekToEnd()
      }
      try handle?.write(contentsOf: Data(text.utf8))
      try handle?.synchronize()
    }
  }

  // MARK: - Files

  private static func parse(
    _ data: Data, path: String, allowsTornEnd: Bool = false
  ) throws -> (rows: [JSONValue], length: Int) {
    var rows: [JSONValue] = []
    var start = data.startIndex
    while let end = data[start...].firstIndex(of: 0x0A) {
      do { rows.append(try JSONValue(parsing: Array(data[start..<end]))) } catch {
        throw PipelineError.damagedStage(
          folder: path, problem: "line \(rows.count + 1) is not JSON (\(error.message))")
      }
      start = data.index(after: end)
    }
    guard allowsTornEnd || start == data.endIndex else {
      throw PipelineError.damagedStage(folder: path, problem: "the last line is torn")
    }
    return (rows, start - data.startIndex)
  }

  static func write(_ data: Data, to path: String) throws {
    try attempt(path) { try data.write(to: URL(fileURLWithPath: path), options: .atomic) }
  }

  private static func attempt<Value>(_ path: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }
}
