internal import CClassifierKernels

/// One pass over the tiles for all open problems: Xᵀ R in f32 with a rigorous error bound.
///
/// A tile is not read for a problem when the group bound certifies that no column of it violates:
/// ```
/// |xⱼᵀ r| ≤ max(Σ_{rᵢ>0} Mᵢ rᵢ, Σ_{rᵢ<0} Mᵢ |rᵢ|)      for x ≥ 0
/// |xⱼᵀ r| ≤ Σ Mᵢ |rᵢ|                                 for x of any sign
/// |xⱼᵀ r| ≤ |xⱼᵀ r_previous| + (the same bound of r − r_previous)
/// ```
/// with M the row maxima of the tile. For centred columns |centre · factor · Σ r| is added.
/// The f32 sums run over blocks of 64 rows, so each product is off by at most
/// (64 + rows/64 + 8) · 2⁻²⁴ · Σ Mᵢ |rᵢ|; columns within that of the threshold are recomputed in f64.
final class Sweep {
  struct Candidate {
    var slot: Int
    /// Upper bound of |xⱼᵀ r| from the f32 product.
    var bound: Float
  }

  struct Outcome {
    /// Largest upper bound of any column of a tile that was read.
    var largest: Float = 0
    var candidates: [Candidate] = []
    var isTruncated = false
    /// Columns inside the gap-safe sphere of the request.
    var uncertifiedCount = 0
  }

  struct Pass {
    var outcomes: [Outcome]
    var tilesRead = 0
    var bytesRead = 0
  }

  /// What a pass looks for, per problem.
  struct Request {
    /// Tiles and columns whose bound exceeds this are read and listed.
    var threshold: Float = 1
    /// Radius of the gap-safe sphere. When positive, tiles with `bound + radius · norm >= 1` are
    /// read too, and the columns with that property are counted as not certified zero.
    var radius: Float = 0
    var limit: Int
    /// Read only the first tile of every group, which holds its largest columns. Such a pass chooses
    /// columns and never closes a problem whose bound left other tiles open.
    var isSeeding = false
  }

  let store: TileStore
  let scale: FeatureScale
  let bounds: BoundIndex
  let kernels: KernelTable
  let threads: Int
  static let groupsPerChunk = 8

  init(
    store: TileStore, scale: FeatureScale, bounds: BoundIndex, kernels: KernelTable, threads: Int
  ) {
    self.store = store
    self.scale = scale
    self.bounds = bounds
    self.kernels = kernels
    self.threads = threads
  }

  /// - Parameters:
  ///   - states: the open problems.
  ///   - requests: one per problem.
  ///   - previous: per problem, the residual of the pass that `upper` refers to; empty at first.
  ///   - upper: per problem `[tile]`, an upper bound of every |xⱼᵀ r_previous|; updated to r.
  func run(
    _ states: [ProblemState], requests: [Request], previous: [[Double]],
    upper: inout [Buffer<Float>]
  ) -> Pass {
    let count = states.count
    let n = store.rowCount
    let lanes = (count + 7) / 8 * 8
    let isLazy = !previous.isEmpty
    let width = isLazy ? 2 * lanes : lanes
    // [row][width]: residuals in f32, then their changes.
    let source = Buffer<Float>(n * width, repeating: 0)
    var sums = [Float](repeating: 0, count: count)
    var changeSums = [Float](repeating: 0, count: count)
    for (k, state) in states.enumerated() {
      var sum = 0.0
      var change = 0.0
      for row in 0..<n {
        let value = state.residual[row]
        source[row * width + k] = Float(value)
        sum += value
        if isLazy {
          let difference = value - previous[k][row]
          // Rounded away from zero, so that the bound stays one.
          let single = Float(difference)
          source[row * width + lanes + k] =
            single + (difference > 0 ? single.ulp : difference < 0 ? -single.ulp : 0)
          change += difference
        }
      }
      sums[k] = Float(sum)
      changeSums[k] = Float(abs(change)).nextUp
    }
    let upperPointers = upper.map(\.pointer)
    let chunkCount = (store.groups.count + Self.groupsPerChunk - 1) / Self.groupsPerChunk
    let results = ChunkResults(count: chunkCount, problems: count)
    Parallel.forEach(chunkCount, threads: threads) { chunk in
      let first = chunk * Self.groupsPerChunk
      let last = min(first + Self.groupsPerChunk, store.groups.count)
      var worker = GroupWorker(
        sweep: self, source: source.pointer, width: width, lanes: lanes, count: count,
        isLazy: isLazy, sums: sums, changeSums: changeSums, requests: requests,
        upper: upperPointers)
      for group in first..<last { worker.visit(group) }
      results.store(worker.pass, at: chunk)
    }
    var merged = Pass(outcomes: [Outcome](repeating: Outcome(), count: count))
    for chunk in results.passes {
      merged.tilesRead += chunk.tilesRead
      merged.bytesRead += chunk.bytesRead
      for k in 0..<count {
        let part = chunk.outcomes[k]
        merged.outcomes[k].largest = max(merged.outcomes[k].largest, part.largest)
        merged.outcomes[k].isTruncated = merged.outcomes[k].isTruncated || part.isTruncated
        merged.outcomes[k].uncertifiedCount += part.uncertifiedCount
        merged.outcomes[k].candidates.append(contentsOf: part.candidates)
      }
    }
    for k in 0..<count { merged.outcomes[k].truncate(to: requests[k].limit) }
    return merged
  }
}

extension Sweep.Outcome {
  /// Keeps the strongest candidates; ties go to the lower slot, so the result has one value.
  mutating func truncate(to limit: Int) {
    guard candidates.count > limit else { return }
    candidates.sort { ($1.bound, $0.slot) < ($0.bound, $1.slot) }
    candidates.removeLast(candidates.count - limit)
    isTruncated = true
  }
}

/// Results by chunk. `@unchecked Sendable`: each chunk is written once, by one thread.
private final class ChunkResults: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Sweep.Pass>
  private let count: Int

  init(count: Int, problems: Int) {
    self.count = count
    slots = .allocate(capacity: max(count, 1))
    slots.initialize(repeating: Sweep.Pass(outcomes: []), count: max(count, 1))
  }

  deinit {
    slots.deinitialize(count: max(count, 1))
    slots.deallocate()
  }

  func store(_ pass: Sweep.Pass, at index: Int) { slots[index] = pass }

  var passes: UnsafeBufferPointer<Sweep.Pass> { UnsafeBufferPointer(start: slots, count: count) }
}
