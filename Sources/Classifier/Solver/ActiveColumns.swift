internal import CClassifierKernels

/// The columns that one problem's Newton steps move, and their weighted Gram matrix.
///
/// Column 0 is the intercept's constant 1. Columns lie in panels `[panel, row, 32]`, so that the Gram
/// kernel streams through memory. The Gram matrix belongs to the curvature at which it was last
/// refreshed; columns appended later are filled in at that same curvature.
final class ActiveColumns {
  private let rowCount: Int
  private let kernels: KernelTable
  private let threads: Int
  /// Position in the working set of column j + 1.
  private(set) var positions: [Int] = []
  private var panels: UnsafeMutablePointer<Double>
  private var gram: UnsafeMutablePointer<Double>
  private var panelCapacity: Int
  /// Panels below this one have their Gram entries.
  private var current = 0
  private let curvature: Buffer<Double>
  private let scratch: Buffer<Double>
  private static let panel = Int(CLS_PANEL)

  init(rowCount: Int, capacity: Int, kernels: KernelTable, threads: Int) {
    self.rowCount = rowCount
    self.kernels = kernels
    self.threads = threads
    panelCapacity = (capacity + 1 + Self.panel - 1) / Self.panel
    panels = .allocate(capacity: panelCapacity * rowCount * Self.panel)
    gram = .allocate(capacity: Self.stride(panelCapacity) * panelCapacity * Self.panel)
    curvature = Buffer(rowCount, repeating: 0)
    scratch = Buffer(threads * Int(CLS_BLOCK) * Self.panel, repeating: 0)
    clearPanel(of: 0)
    for row in 0..<rowCount { panels[row * Self.panel] = 1 }
  }

  deinit {
    panels.deallocate()
    gram.deallocate()
  }

  /// Columns, the intercept included.
  var count: Int { positions.count + 1 }
  private var panelCount: Int { (count + Self.panel - 1) / Self.panel }
  /// Doubles between two rows of ``hessian``; the extra line avoids rows in one cache set.
  var stride: Int { Self.stride(panelCapacity) }
  /// `[count, stride]`, symmetric.
  var hessian: UnsafeMutablePointer<Double> { gram }

  private static func stride(_ panelCount: Int) -> Int { panelCount * panel + 8 }

  /// Appends working columns.
  func append(_ columns: [(position: Int, values: UnsafeMutablePointer<Double>)]) {
    guard !columns.isEmpty else { return }
    let first = count
    current = min(current, first / Self.panel)
    for column in columns {
      if count == panelCapacity * Self.panel { grow() }
      positions.append(column.position)
      if (count - 1) % Self.panel == 0 { clearPanel(of: count - 1) }
    }
    // A few columns at a time: a row's values then share a cache line.
    let width = 8
    for start in Swift.stride(from: 0, to: columns.count, by: width) {
      let part = columns[start..<min(start + width, columns.count)]
      let targets = part.indices.map { panels + Self.offset(of: first + $0, rowCount) }
      let sources = part.map(\.values)
      for row in 0..<rowCount {
        for lane in 0..<sources.count {
          targets[lane][row * Self.panel] = sources[lane][row]
        }
      }
    }
  }

  /// Where the first row of a column lies.
  private static func offset(of index: Int, _ rowCount: Int) -> Int {
    index / panel * rowCount * panel + index % panel
  }

  private func clearPanel(of index: Int) {
    (panels + index / Self.panel * rowCount * Self.panel)
      .initialize(repeating: 0, count: rowCount * Self.panel)
  }

  private func grow() {
    let old = (panels: panels, gram: gram, stride: stride, count: panelCapacity)
    panelCapacity += max(panelCapacity / 2, 2)
    panels = .allocate(capacity: panelCapacity * rowCount * Self.panel)
    panels.update(from: old.panels, count: old.count * rowCount * Self.panel)
    gram = .allocate(capacity: stride * panelCapacity * Self.panel)
    for row in 0..<current * Self.panel {
      (gram + row * stride).update(from: old.gram + row * old.stride, count: old.stride)
    }
    old.panels.deallocate()
    old.gram.deallocate()
  }

  /// Recomputes the Gram matrix at a curvature.
  func refresh(at newCurvature: Buffer<Double>) {
    curvature.pointer.update(from: newCurvature.pointer, count: rowCount)
    current = 0
    complete()
  }

  /// Fills in the entries of columns that were appended since the last refresh.
  func complete() {
    let panelCount = panelCount
    guard current < panelCount else { return }
    let workers = min(threads, panelCount)
    let changed = current
    Parallel.forEach(workers, threads: workers) { first in
      cls_gram(
        kernels.pointer, panels, curvature.pointer, rowCount, panelCount, first, workers, changed,
        scratch.pointer + first * Int(CLS_BLOCK) * Self.panel, gram, stride)
    }
    // Mirror panel by panel.
    for p in 0..<panelCount {
      for q in max(p + 1, changed)..<max(panelCount, max(p + 1, changed)) {
        for a in 0..<Self.panel {
          let source = gram + (p * Self.panel + a) * stride + q * Self.panel
          let target = gram + q * Self.panel * stride + p * Self.panel + a
          for b in 0..<Self.panel { target[b * stride] = source[b] }
        }
      }
    }
    for j in changed * Self.panel..<count {
      let pivot = gram + j * stride + j
      // A relative ridge far below the tolerance keeps lost pivots positive.
      pivot.pointee = pivot.pointee * (1 + 1e-14) + 1e-14
    }
    current = panelCount
  }
}
