internal import CanonicalJSON
internal import RawStore

/// Runs the missing units of a stage in chunks, saving each chunk.
///
/// A chunk is what an interruption loses and what it waits for, so that chunks start small and grow
/// only while they are computed in seconds: a large model saves after a few responses, a small one
/// keeps its batches full. What was learned of one kind of unit does not hold for the next.
struct UnitLoop {
  let folder: StageFolder
  let settings: RunSettings

  /// Also the smallest: enough to share a batch, or the connections of an endpoint.
  private static let firstChunk = 16
  private static let wanted: (least: Duration, most: Duration) = (.seconds(5), .seconds(20))

  /// - Parameters:
  ///   - units: ids in the order of the final rows.
  ///   - chunk: units that are computed together at most; changes no result.
  ///   - kind: units of one kind cost about the same; a chunk holds one kind only.
  ///   - compute: values of the given units, in their order.
  /// - Returns: values in order, of all units or of those of the shard.
  func run(
    _ units: [String], chunk: Int, kind: (Int) -> String = { _ in "" },
    compute: ([Int]) throws -> [JSONValue]
  ) throws -> [JSONValue] {
    try folder.plan(units)
    var done = try folder.finishedUnits()
    let own = units.indices.filter { settings.shard.contains(units[$0]) }
    let missing = own.filter { done[units[$0]] == nil }
    var count = own.count - missing.count
    settings.progress(folder.stage, count, own.count)
    let first = min(Self.firstChunk, max(1, chunk))
    var (start, size, current) = (0, first, "")
    while start < missing.count {
      if settings.isCancelled() {
        throw PipelineError.interrupted(
          stage: folder.stage.rawValue, done: count, total: own.count)
      }
      let kindOfChunk = kind(missing[start])
      if kindOfChunk != current { (size, current) = (first, kindOfChunk) }
      let part = Array(missing[start...].prefix(size).prefix { kind($0) == kindOfChunk })
      start += part.count
      let began = ContinuousClock.now
      let values = try compute(part)
      let taken = ContinuousClock.now - began
      if taken < Self.wanted.least {
        size = min(size * 4, max(1, chunk))
      } else if taken > Self.wanted.most {
        size = max(first, size / 2)
      }
      try folder.append(zip(part, values).map { (units[$0], $1) })
      for (index, value) in zip(part, values) { done[units[index]] = value }
      count += part.count
      settings.progress(folder.stage, count, own.count)
    }
    return own.compactMap { done[units[$0]] }
  }
}
