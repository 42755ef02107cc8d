internal import CClassifierKernels

/// An upper bound of the largest |xⱼᵀ r| in every tile, per problem, kept over the passes.
///
/// Four bounds, the cheapest first; the smallest counts. M are the row maxima of the tile, norms and
/// sums run over the rows in which the group was active, d is the change of r since the last pass:
/// ```
/// |xⱼᵀ r| ≤ (bound of the last pass) + ‖xⱼ‖ · ‖d‖           d over all rows, then over the group's
/// |xⱼᵀ r| ≤ ‖xⱼ‖ · ‖r‖
/// |xⱼᵀ r| ≤ max(Σ_{rᵢ>0} Mᵢ rᵢ, Σ_{rᵢ<0} Mᵢ |rᵢ|)             Σ Mᵢ |rᵢ| for x of any sign
/// ```
/// For x ≥ 0 the norms are those of the larger of positive and negative part, because the two parts
/// of the product have opposite signs. For centred columns |factor · centre · Σ r| is added.
final class TileScreen {
  private let store: TileStore
  private let problemCount: Int
  /// `[tile, problem]`.
  let upper: Buffer<Float>
  private var previous: [[Double]?]

  init(store: TileStore, problemCount: Int) {
    self.store = store
    self.problemCount = problemCount
    upper = Buffer(store.tileCount * problemCount, repeating: .infinity)
    previous = [[Double]?](repeating: nil, count: problemCount)
  }

  /// The change of every residual since the pass before, which becomes this one; `nil` at first.
  func changes(_ states: [ProblemState], _ problems: [Int]) -> [[Double]]? {
    var result: [[Double]] = []
    for (state, problem) in zip(states, problems) {
      let residual = state.residual.array
      if let old = previous[problem] { result.append(zip(residual, old).map { $0 - $1 }) }
      previous[problem] = residual
    }
    return result.count == states.count ? result : nil
  }

  /// Moves every bound to the present residuals.
  ///
  /// - Returns: the number of tiles that some problem wants.
  func tighten(
    source: PassSource, problems: [Int], requests: [Sweep.Request], sweep: Sweep
  ) -> Int {
    let wanted = Buffer<Int>(store.groups.count, repeating: 0)
    Parallel.forEach(
      store.groups.count, threads: sweep.threads,
      context: {
        Worker(self, source: source, problems: problems, requests: requests, sweep: sweep)
      }
    ) { worker, index in wanted[index] = worker.visit(index) }
    return wanted.array.reduce(0, +)
  }

  /// Per problem the bound from which a tile is among its `limit` strongest (resolution: 2⁻⁷).
  func cuts(problems: [Int], limit: Int) -> [Float] {
    problems.map { problem in
      var counts = [Int](repeating: 0, count: 1 << 15)
      for tile in 0..<store.tileCount {
        counts[Int(upper[tile * problemCount + problem].bitPattern >> 16) & 0x7FFF] += 1
      }
      var total = 0
      for bin in counts.indices.reversed() {
        total += counts[bin]
        if total >= limit { return Float(bitPattern: UInt32(bin) << 16) }
      }
      return 0
    }
  }

  func place(tile: Int, problem: Int) -> Int { tile * problemCount + problem }

  /// One thread's work.
  private final class Worker {
    let screen: TileScreen
    let source: PassSource
    let problems: [Int]
    let requests: [Sweep.Request]
    let sweep: Sweep
    private let isFirst: Bool
    /// Norm of the change over all rows, per problem, for x ≥ 0 and for x of any sign.
    private let changeLength: (oneSided: Buffer<Float>, twoSided: Buffer<Float>)
    private let packed = Scratch()
    private let bounds = Scratch()
    private let sums: Buffer<Float>
    private let trial = Scratch()

    init(
      _ screen: TileScreen, source: PassSource, problems: [Int], requests: [Sweep.Request],
      sweep: Sweep
    ) {
      self.screen = screen
      self.source = source
      self.problems = problems
      self.requests = requests
      self.sweep = sweep
      isFirst = !source.hasChanges
      sums = Buffer(4 * source.lanes, repeating: 0)
      changeLength = (Buffer(source.count, repeating: 0), Buffer(source.count, repeating: 0))
      for (k, change) in source.changeNorms.enumerated() {
        changeLength.oneSided[k] = Self.length(change.positive, change.negative, true)
        changeLength.twoSided[k] = Self.length(change.positive, change.negative, false)
      }
    }

    /// - Returns: wanted tiles of the group.
    func visit(_ index: Int) -> Int {
      let group = screen.store.groups[index]
      let count = source.count
      let tiles = group.tileCount
      let first = screen.store.firstTile[index]
      let trial = trial.reserve(tiles * count)
      let lengths = group.isNonnegative ? changeLength.oneSided : changeLength.twoSided
      var isOpen = false
      for tile in 0..<tiles {
        let number = first + tile
        let norm = sweep.norms.plain[number]
        let centre = sweep.norms.centre[number]
        for k in 0..<count {
          let old = screen.upper[screen.place(tile: number, problem: problems[k])]
          let bound =
            isFirst
            ? .infinity : (old + norm * lengths[k] + centre * source.changeSums[k]) * 1.000001
          trial[tile * count + k] = bound
          if requests[k].wants(bound, norm: sweep.norms.scaled[number]) { isOpen = true }
        }
      }
      if isOpen, group.encoding == .dense {
        if tightenByNorms(index, group, first, trial) {
          tightenByMaxima(index, group, first, trial)
        }
      }
      var wanted = 0
      for tile in 0..<tiles {
        var isWanted = false
        for k in 0..<count {
          let bound = trial[tile * count + k]
          screen.upper[screen.place(tile: first + tile, problem: problems[k])] = bound
          if requests[k].wants(bound, norm: sweep.norms.scaled[first + tile]) { isWanted = true }
        }
        if isWanted { wanted += 1 }
      }
      return wanted
    }

    private static func length(_ positive: Float, _ negative: Float, _ isOneSided: Bool) -> Float {
      isOneSided
        ? max(positive, negative) : (positive * positive + negative * negative).squareRoot()
    }

    /// Cauchy and Schwarz on the group's rows. Returns whether a tile is still wanted.
    private func tightenByNorms(
      _ index: Int, _ group: GroupRecord, _ first: Int, _ trial: UnsafeMutablePointer<Float>
    ) -> Bool {
      let count = source.count
      let lanes = source.lanes
      let m = group.rowCount
      cls_sum_rows(
        source.squares.pointer, screen.store.rowList(group), m, 4 * lanes, sums.pointer)
      let up = 1 + Float(m + 16) * 0x1p-23
      var isOpen = false
      for tile in 0..<group.tileCount {
        let number = first + tile
        let norm = sweep.norms.plain[number]
        let centre = sweep.norms.centre[number]
        for k in 0..<count {
          guard requests[k].wants(trial[tile * count + k], norm: sweep.norms.scaled[number]) else {
            continue
          }
          func length(_ offset: Int) -> Float {
            Self.length(
              sums[offset + k].squareRoot(), sums[offset + lanes + k].squareRoot(),
              group.isNonnegative) * up
          }
          var bound = (norm * length(0) + centre * abs(source.sums[k])) * 1.000001
          if !isFirst {
            let old = screen.upper[screen.place(tile: number, problem: problems[k])]
            let lazy =
              (old + norm * length(2 * lanes) + centre * source.changeSums[k]) * 1.000001
            bound = min(bound, lazy)
          }
          if bound < trial[tile * count + k] { trial[tile * count + k] = bound }
          if requests[k].wants(trial[tile * count + k], norm: sweep.norms.scaled[number]) {
            isOpen = true
          }
        }
      }
      return isOpen
    }

    private func tightenByMaxima(
      _ index: Int, _ group: GroupRecord, _ first: Int, _ trial: UnsafeMutablePointer<Float>
    ) {
      let count = source.count
      let lanes = source.lanes
      let m = group.rowCount
      var parts = UnsafePointer(source.parts.pointer)
      if m < screen.store.rowCount {
        let pack = packed.reserve(m * 2 * lanes)
        cls_pack_rows(parts, screen.store.rowList(group), m, 2 * lanes, pack)
        parts = UnsafePointer(pack)
      }
      let bounds = bounds.reserve(group.tileCount * 2 * lanes)
      let (maxima, code) = sweep.bounds.maxima(index)
      cls_bound_product(
        sweep.kernels.pointer, code, maxima, m, group.tileCount, parts, 2 * lanes, bounds)
      // All terms are non-negative, so a relative factor covers the f32 rounding of sum and residual.
      let relative = Sweep.relativeError(rows: m)
      for tile in 0..<group.tileCount {
        let centre = sweep.norms.centre[first + tile]
        for k in 0..<count {
          let positive = bounds[tile * 2 * lanes + k]
          let negative = bounds[tile * 2 * lanes + lanes + k]
          let total = group.isNonnegative ? max(positive, negative) : positive + negative
          let bound = (total + centre * abs(source.sums[k])) * (1 + relative)
          if bound < trial[tile * count + k] { trial[tile * count + k] = bound }
        }
      }
    }
  }
}

extension Sweep {
  /// Relative error of a blocked f32 sum of rounded terms, with room for the rounding of its factors.
  static func relativeError(rows: Int) -> Float { Float(64 + rows / 64 + 10) * 0x1p-23 }
}

/// Memory that grows on demand and is reused between groups.
final class Scratch {
  private var buffer = Buffer<Float>(0, repeating: 0)

  /// - Returns: at least `count` floats with undefined contents.
  func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
    if buffer.count < count { buffer = Buffer(count + count / 4, repeating: 0) }
    return buffer.pointer
  }
}
