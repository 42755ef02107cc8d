internal import CanonicalJSON
internal import RawStore

/// Runs the missing units of a stage in chunks, saving each chunk.
struct UnitLoop {
  let folder: StageFolder
  let settings: RunSettings

  /// - Parameters:
  ///   - units: ids in the order of the final rows.
  ///   - chunk: units that are computed together; changes no result.
  ///   - compute: values of the given units, in their order.
  /// - Returns: values in order, of all units or of those of the shard.
  func run(
    _ units: [String], chunk: Int, compute: ([Int]) throws -> [JSONValue]
  ) throws -> [JSONValue] {
    try folder.plan(units)
    var done = try folder.finishedUnits()
    let own = units.indices.filter { settings.shard.contains(units[$0]) }
    let missing = own.filter { done[units[$0]] == nil }
    var count = own.count - missing.count
    settings.progress(folder.stage, count, own.count)
    for start in stride(from: 0, to: missing.count, by: max(1, chunk)) {
      if settings.isCancelled() {
        throw PipelineError.interrupted(
          stage: folder.stage.rawValue, done: count, total: own.count)
      }
      let part = Array(missing[start..<min(start + max(1, chunk), missing.count)])
      let values = try compute(part)
      try folder.append(zip(part, values).map { (units[$0], $1) })
      for (index, value) in zip(part, values) { done[units[index]] = value }
      count += part.count
      settings.progress(folder.stage, count, own.count)
    }
    return own.compactMap { done[units[$0]] }
  }
}
