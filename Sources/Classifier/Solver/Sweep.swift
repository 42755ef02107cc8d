internal import CClassifierKernels

/// One pass over the tiles for all open problems: Xᵀ R in f32 with a rigorous error bound.
///
/// First every tile gets an upper bound of its largest |xⱼᵀ r| per problem (``TileScreen``), then the
/// tiles whose bound allows a violation are read and multiplied. What is not read is certified by its
/// bound: that is no heuristic.
///
/// The f32 sums run over blocks of 64 rows, so each product is off by at most
/// (64 + rows/64 + 8) · 2⁻²⁴ · Σ Mᵢ |rᵢ|; columns within that of the threshold are recomputed in f64.
final class Sweep {
  struct Candidate {
    var slot: Int
    /// Bounds of |xⱼᵀ r| from the f32 product.
    var upper: Float
    var lower: Float
  }

  struct Outcome {
    /// Largest upper bound of any column that was read and of any tile that should have been.
    var largest: Float = 0
    var candidates: [Candidate] = []
    /// Tiles above the threshold were left out, or candidates were dropped.
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

    func wants(_ bound: Float, norm: Float) -> Bool {
      // A bound that is not a number must be read: the comparisons are written to fail then.
      !(bound <= threshold && (radius == 0 || bound + radius * norm < 1))
    }
  }

  /// How much a pass reads.
  enum Extent {
    /// Every wanted tile; only such a pass can close a problem.
    case complete
    /// About this many tiles a problem, those with the largest bounds: enough to choose columns.
    case strongest(Int)
  }

  let store: TileStore
  let scale: FeatureScale
  let bounds: BoundIndex
  let norms: TileNorms
  let kernels: KernelTable
  let threads: Int
  static let groupsPerChunk = 32

  init(
    store: TileStore, scale: FeatureScale, kernels: KernelTable, threads: Int
  ) throws(ClassifierError) {
    self.store = store
    self.scale = scale
    self.kernels = kernels
    self.threads = threads
    bounds = try BoundIndex(store: store, scale: scale, kernels: kernels, threads: threads)
    norms = TileNorms(store: store, scale: scale, threads: threads)
  }

  /// - Parameters:
  ///   - problems: numbers of the open problems in `screen`.
  ///   - requests: one per open problem.
  ///   - extent: chosen after the bounds are known, from the number of wanted tiles.
  func run(
    _ states: [ProblemState], problems: [Int], requests: [Request], screen: TileScreen,
    extent: (_ wantedTiles: Int) -> Extent
  ) throws(ClassifierError) -> Pass {
    let source = PassSource(states: states, changes: screen.changes(states, problems))
    let wanted = screen.tighten(
      source: source, problems: problems, requests: requests, sweep: self)
    var cuts = [Float](repeating: 0, count: states.count)
    if case .strongest(let limit) = extent(wanted) {
      cuts = screen.cuts(problems: problems, limit: limit)
    }
    let chunkCount = (store.groups.count + Self.groupsPerChunk - 1) / Self.groupsPerChunk
    let results = ChunkResults(count: chunkCount)
    let failure = ParallelFailure()
    Parallel.forEach(
      chunkCount, threads: threads,
      context: {
        TileReader(
          sweep: self, source: source, problems: problems, requests: requests, cuts: cuts,
          screen: screen)
      }
    ) { reader, chunk in
      reader.begin()
      let first = chunk * Self.groupsPerChunk
      do throws(ClassifierError) {
        for group in first..<min(first + Self.groupsPerChunk, store.groups.count) {
          try reader.visit(group)
        }
      } catch { failure.record(error, at: chunk) }
      results.store(reader.pass, at: chunk)
    }
    try failure.check()
    var merged = Pass(outcomes: [Outcome](repeating: Outcome(), count: states.count))
    for chunk in results.passes {
      merged.tilesRead += chunk.tilesRead
      merged.bytesRead += chunk.bytesRead
      for k in states.indices {
        let part = chunk.outcomes[k]
        merged.outcomes[k].largest = max(merged.outcomes[k].largest, part.largest)
        merged.outcomes[k].isTruncated = merged.outcomes[k].isTruncated || part.isTruncated
        merged.outcomes[k].uncertifiedCount += part.uncertifiedCount
        merged.outcomes[k].candidates.append(contentsOf: part.candidates)
      }
    }
    for k in states.indices { merged.outcomes[k].truncate(to: requests[k].limit) }
    return merged
  }
}

extension Sweep.Outcome {
  /// Keeps the strongest candidates; ties go to the lower slot, so the result has one value.
  mutating func truncate(to limit: Int) {
    guard candidates.count > limit else { return }
    candidates.sort { ($1.upper, $0.slot) < ($0.upper, $1.slot) }
    candidates.removeLast(candidates.count - limit)
    isTruncated = true
  }
}

/// Results by chunk. `@unchecked Sendable`: each chunk is written once, by one thread.
private final class ChunkResults: @unchecked Sendable {
  private let slots: UnsafeMutablePointer<Sweep.Pass>
  private let count: Int

  init(count: Int) {
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
