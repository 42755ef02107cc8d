internal import CClassifierKernels

/// The work of one thread on the groups of one chunk in a pass.
struct GroupWorker {
  let sweep: Sweep
  let source: UnsafeMutablePointer<Float>
  let width: Int
  let lanes: Int
  let count: Int
  let isLazy: Bool
  let sums: [Float]
  let changeSums: [Float]
  let requests: [Sweep.Request]
  let upper: [UnsafeMutablePointer<Float>]
  var pass: Sweep.Pass
  private let packed = Scratch()
  private let split = Scratch()
  private let bounds = Scratch()
  private let products: Buffer<Float>
  private var open: [UInt32] = []
  private var slack: [Float]

  init(
    sweep: Sweep, source: UnsafeMutablePointer<Float>, width: Int, lanes: Int, count: Int,
    isLazy: Bool, sums: [Float], changeSums: [Float], requests: [Sweep.Request],
    upper: [UnsafeMutablePointer<Float>]
  ) {
    self.sweep = sweep
    self.source = source
    self.width = width
    self.lanes = lanes
    self.count = count
    self.isLazy = isLazy
    self.sums = sums
    self.changeSums = changeSums
    self.requests = requests
    self.upper = upper
    pass = Sweep.Pass(outcomes: [Sweep.Outcome](repeating: Sweep.Outcome(), count: count))
    products = Buffer(count * 64, repeating: 0)
    slack = [Float](repeating: 0, count: count)
  }

  mutating func visit(_ index: Int) {
    let group = sweep.store.groups[index]
    switch group.encoding {
    case .dense: visitDense(index, group)
    case .sparse: visitSparse(index, group)
    }
  }

  private mutating func visitDense(_ index: Int, _ group: GroupRecord) {
    let store = sweep.store
    let m = group.rowCount
    let tiles = group.tileCount
    let first = store.firstTile[index]
    let left: UnsafePointer<Float>
    if m == store.rowCount {
      left = UnsafePointer(source)
    } else {
      let pack = packed.reserve(m * width)
      cls_pack_rows(source, store.rowList(group), m, width, pack)
      left = UnsafePointer(pack)
    }
    let split = split.reserve(m * 2 * width)
    let bounds = bounds.reserve(tiles * 2 * width)
    cls_split_signs(left, m, width, split)
    let (maxima, code) = sweep.bounds.maxima(index)
    cls_bound_product(
      sweep.kernels.pointer, code, maxima, m, tiles, split, 2 * width, bounds)
    // All terms are non-negative, so a relative factor covers the f32 rounding of sum and residual.
    let relative = Float(64 + m / 64 + 10) * 0x1p-23
    var readBytes = 0
    for tile in 0..<tiles {
      let row = tile * 2 * width
      let number = first + tile
      let centre = sweep.bounds.tileCentre[number]
      let norm = sweep.bounds.tileNorm[number]
      open.removeAll(keepingCapacity: true)
      for k in 0..<count {
        let positive = bounds[row + k]
        let negative = bounds[row + width + k]
        let total = (positive + negative) * (1 + relative)
        let shift = centre * abs(sums[k]) * (1 + relative)
        slack[k] = relative * (total + shift)
        var bound =
          (group.isNonnegative ? max(positive, negative) * (1 + relative) : total)
          + shift
        if isLazy {
          let up = bounds[row + lanes + k]
          let down = bounds[row + width + lanes + k]
          let change = (group.isNonnegative ? max(up, down) : up + down) * (1 + relative)
          bound = min(bound, (upper[k][number] + change + centre * changeSums[k]) * 1.000001)
        }
        // A bound that is not a number must be read: the comparison is written to fail then.
        let request = requests[k]
        if bound <= request.threshold
          && (request.radius == 0 || bound + request.radius * norm < 1)
        {
          upper[k][number] = bound
        } else if request.isSeeding && tile > 0 {
          upper[k][number] = bound
          pass.outcomes[k].isTruncated = true
          pass.outcomes[k].largest = max(pass.outcomes[k].largest, bound)
        } else {
          open.append(UInt32(k))
        }
      }
      guard !open.isEmpty else { continue }
      readBytes += m * 64 * store.dtype.sizeBytes
      pass.tilesRead += 1
      cls_tile_product(
        sweep.kernels.pointer, store.dtype.code, store.tilePointer(group, tile), m, left, width,
        open, open.count, products.pointer)
      examine(
        tileNumber: number, firstSlot: group.firstSlot + tile * 64,
        columns: min(64, group.columnCount - tile * 64))
    }
    pass.bytesRead += readBytes
    if readBytes > 0, store.valueBytes > 1 << 28 {
      store.sections.values.release(
        group.valuesOffset..<group.valuesOffset + group.valuesLength)
    }
  }

  private mutating func visitSparse(_ index: Int, _ group: GroupRecord) {
    let store = sweep.store
    let (starts, rows, values) = store.sparseParts(group)
    open = (0..<UInt32(count)).map { $0 }
    pass.bytesRead += group.valuesLength
    for tile in 0..<group.tileCount {
      let columns = min(64, group.columnCount - tile * 64)
      // Σ|x||r| ≤ max |x| · max |r| · count bounds the rounding error well enough here: sparse
      // columns are short.
      cls_sparse_product(
        store.dtype.code, values, rows, starts + tile * 64, columns, source, width, open, count,
        products.pointer)
      let number = store.firstTile[index] + tile
      var magnitude = 0.0
      var longest = 0
      for lane in 0..<columns {
        let record = store.slot(group.firstSlot + tile * 64 + lane)
        let transform = ColumnScale(sweep.scale, record, rowCount: store.rowCount)
        magnitude = max(
          magnitude, transform.factor * record.maximumMagnitude * Double(record.count))
        longest = max(longest, Int(record.count))
      }
      for k in 0..<count {
        slack[k] =
          Float(magnitude) * largestResidual(k) * Float(64 + longest / 64 + 10) * 0x1p-23
      }
      pass.tilesRead += 1
      examine(tileNumber: number, firstSlot: group.firstSlot + tile * 64, columns: columns)
    }
  }

  private var residualMaxima: [Float] = []

  private mutating func largestResidual(_ k: Int) -> Float {
    if residualMaxima.isEmpty {
      residualMaxima = [Float](repeating: 0, count: count)
      for row in 0..<sweep.store.rowCount {
        for problem in 0..<count {
          residualMaxima[problem] = max(residualMaxima[problem], abs(source[row * width + problem]))
        }
      }
    }
    return residualMaxima[k]
  }

  /// Turns the products of the open problems into bounds of scaled columns.
  private mutating func examine(tileNumber: Int, firstSlot: Int, columns: Int) {
    for (row, problem) in open.enumerated() {
      let k = Int(problem)
      var top: Float = 0
      let request = requests[k]
      for lane in 0..<columns {
        var bound = abs(products[row * 64 + lane]) + slack[k]
        if sweep.scale != .none {
          bound = scaledBound(products[row * 64 + lane], slot: firstSlot + lane, problem: k)
        }
        // Overflow and NaN must be looked at in f64.
        if !(bound <= .greatestFiniteMagnitude) { bound = .greatestFiniteMagnitude }
        top = max(top, bound)
        if request.radius > 0 {
          let record = sweep.store.slot(firstSlot + lane)
          let norm = ColumnScale(sweep.scale, record, rowCount: sweep.store.rowCount)
            .norm(record, rowCount: sweep.store.rowCount)
          if bound + request.radius * Float(norm).nextUp >= 1 {
            pass.outcomes[k].uncertifiedCount += 1
          }
        }
        if bound > request.threshold {
          pass.outcomes[k].candidates.append(
            Sweep.Candidate(slot: firstSlot + lane, bound: bound))
        }
      }
      upper[k][tileNumber] = top
      pass.outcomes[k].largest = max(pass.outcomes[k].largest, top)
      if pass.outcomes[k].candidates.count > 4 * request.limit {
        pass.outcomes[k].truncate(to: request.limit)
      }
    }
  }

  private func scaledBound(_ product: Float, slot: Int, problem: Int) -> Float {
    let record = sweep.store.slot(slot)
    let transform = ColumnScale(sweep.scale, record, rowCount: sweep.store.rowCount)
    let scaled = product * Float(transform.factor)
    let shift = Float(transform.factor * transform.centre) * sums[problem]
    return abs(scaled - shift) + (abs(scaled) + abs(shift)) * 0x1p-20 + slack[problem]
  }
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
