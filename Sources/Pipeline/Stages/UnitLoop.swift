internal import CanonicalJSON

/// Runs the missing units of a stage in chunks, saving each chunk.
struct UnitLoop {
  let folder: StageFolder
  let settings: RunSettings

  /// - Parameters:
  ///   - units: ids in the order of the final rows.
  ///   - chunk: units that are computed together; changes no result.
  ///   - compute: values of the given units, in their order.
  /// - Returns: values of all units in order, or `nil` when other shards have some of them.
  func run(
    _ units: [String], chunk: Int, compute: ([Int]) throws -> [JSONValue]
  ) throws -> [JSONValue]? {
    var done = try folder.finishedUnits()
    let missing = units.indices.filter {
      done[units[$0]] == nil && settings.shard.contains(units[$0])
    }
    var count = done.count
    settings.progress(folder.stage, count, units.count)
    for start in stride(from: 0, to: missing.count, by: max(1, chunk)) {
      if settings.isCancelled() {
        throw PipelineError.interrupted(
          stage: folder.stage.rawValue, done: count, total: units.count)
      }
      let part = Array(missing[start..<min(start + max(1, chunk), missing.count)])
      let values = try compute(part)
      try folder.append(zip(part, values).map { (units[$0], $1) })
      for (index, value) in zip(part, values) { done[units[index]] = value }
      count += part.count
      settings.progress(folder.stage, count, units.count)
    }
    if done.count < units.count {
      // Other shards may have finished theirs in the meantime.
      for (unit, value) in try folder.finishedUnits() { done[unit] = value }
    }
    let values = units.compactMap { done[$0] }
    return values.count == units.count ? values : nil
  }
}
