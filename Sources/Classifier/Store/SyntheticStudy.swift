internal import CClassifierKernels
import Randomness

/// A study of any width with a known signal, for tests and benchmarks.
///
/// Items are right or wrong; each gives an answer row and an other-token row. Columns come in experts
/// of `expertWidth` neurons, `expertsPerLayer` routed ones and a shared one a layer. A routed expert is
/// active in a row with a probability of its own, log-normal around `answerDensity` or `otherDensity`;
/// otherwise all its neurons are exactly 0. Magnitudes are log-normal with a scale per neuron. Planted
/// neurons are multiplied by `signalFactor` in wrong-answer rows.
public struct SyntheticStudy: Sendable {
  public var seed: UInt64 = 1
  public var columnCount = 100_000
  /// Two rows an item.
  public var itemCount = 1_864
  /// Items whose response is wrong.
  public var wrongCount = 864
  public var expertWidth = 512
  public var expertsPerLayer = 256
  public var answerDensity = 0.10
  public var otherDensity = 0.70
  /// Standard deviation of log magnitude within a neuron.
  public var spread = 1.0
  /// Median over neurons of the median contribution of an active neuron.
  public var magnitude = 0.002
  public var plantedCount = 60
  public var signalFactor = 10.0
  public var dtype = StoreValueType.f16

  public init() {}

  /// Columns that carry the signal, spread evenly over the matrix.
  public var plantedColumns: [Int] {
    (0..<min(plantedCount, columnCount)).map {
      ($0 * columnCount + columnCount / 2) / max(min(plantedCount, columnCount), 1)
    }
  }

  /// Writes the store; `path` nil keeps it in memory.
  ///
  /// Every value is a function of (seed, group, row, neuron), whatever the order of writing.
  public func write(path: String?, progress: ((Int, Int) -> Void)? = nil) throws -> TileStore {
    guard columnCount > 0, itemCount > 0, (0...itemCount).contains(wrongCount), expertWidth > 0,
      expertsPerLayer > 0
    else {
      throw ClassifierError.invalidArgument(
        name: "synthetic study", message: "widths and counts must be positive")
    }
    let rowCount = 2 * itemCount
    let writer = try StoreWriter(
      path: path, dtype: dtype, rowCount: rowCount, columnCount: columnCount)
    let table = Self.quantiles(spread)
    let groupCount = (columnCount + expertWidth - 1) / expertWidth
    let planted = plantedColumns
    let key = RandomStream.hash("synthetic/values")
    let signal = Float(signalFactor)
    for group in 0..<groupCount {
      let first = group * expertWidth
      let width = min(expertWidth, columnCount - first)
      let expert = group % (expertsPerLayer + 1)
      let isShared = expert == expertsPerLayer
      var random = RandomStream(seed: seed, analysis: "synthetic/group", index: UInt64(group))
      let popularity = (random.normal() * 0.6).exponential
      let rows = (0..<UInt32(rowCount)).filter { row in
        if isShared { return true }
        let density = row % 2 == 0 ? answerDensity : otherDensity
        // An expert popular with one row is popular with all: odds are scaled, not probabilities.
        let odds = density / (1 - density) * popularity
        return random.uniform() < odds / (1 + odds)
      }
      guard !rows.isEmpty else { continue }
      let scale = (0..<width).map { _ in Float(magnitude * (random.normal() * 0.8).exponential) }
      let wanted = planted.filter { (first..<first + width).contains($0) }
      let cells = rows.count * width
      let block = UnsafeMutableRawPointer.allocate(
        byteCount: cells * dtype.sizeBytes, alignment: 64)
      defer { block.deallocate() }
      var values = [Float](repeating: 0, count: width)
      var overflow: Int32 = 0
      for (index, row) in rows.enumerated() {
        cls_synthetic_row(
          table, scale, width, seed, key, UInt64(group), UInt64(row), &values)
        if row % 2 == 0, isWrong(Int(row) / 2) {
          for column in wanted { values[column - first] *= signal }
        }
        switch dtype {
        case .f16:
          writer.vanishedCount += cls_round_f16(
            values, (block + index * width * 2).assumingMemoryBound(to: UInt16.self), width,
            &overflow)
        case .f32: (block + index * width * 4).copyMemory(from: values, byteCount: width * 4)
        case .f64:
          let target = (block + index * width * 8).assumingMemoryBound(to: Double.self)
          for column in 0..<width { target[column] = Double(values[column]) }
        }
      }
      guard overflow == 0 else {
        throw ClassifierError.valueOutOfRange(
          value: .infinity, dtype: dtype.rawValue, row: Int(rows[0]))
      }
      try writer.append(
        .dense(
          rows: rows, columns: (UInt32(first)..<UInt32(first + width)).map { $0 }, bytes: block),
        layer: Int32(group / (expertsPerLayer + 1)), expert: isShared ? -1 : Int32(expert))
      if group % 64 == 63 { progress?(group + 1, groupCount) }
    }
    writer.layout = NeuronLayout(
      routedExpertsPerLayer: expertsPerLayer, neuronsPerExpert: expertWidth)
    return try writer.finish(
      rows: (0..<rowCount).map { row in
        StoreRow(
          item: "item-\(row / 2 + 1)", label: row % 2 == 0 && isWrong(row / 2) ? 1 : -1,
          outcome: !isWrong(row / 2), region: row % 2 == 0 ? .answer : .other)
      }, source: "synthetic study, seed \(seed)")
  }

  /// Wrong items are spread evenly.
  private func isWrong(_ item: Int) -> Bool {
    (item + 1) * wrongCount / itemCount > item * wrongCount / itemCount
  }

  /// exp(spread · z) at the midpoints of 65,536 equal slices of the normal distribution.
  private static func quantiles(_ spread: Double) -> [Float] {
    // The inverse of the normal distribution by bisection on its complementary error function: slow,
    // short, and only 32,768 times.
    var half: [Double] = []
    var low = 0.0
    for slice in 0..<32_768 {
      let tail = 0.5 - (Double(slice) + 0.5) / 65_536
      var left = low
      var right = 6.0
      for _ in 0..<48 {
        let middle = 0.5 * (left + right)
        if 0.5 * (middle / 2.0.squareRoot()).complementaryError > tail {
          left = middle
        } else {
          right = middle
        }
      }
      low = left
      half.append(left)
    }
    return half.reversed().map { Float((-spread * $0).exponential) }
      + half.map { Float((spread * $0).exponential) }
  }
}

extension RandomStream {
  /// A standard normal number (Box & Muller 1958, doi:10.1214/aoms/1177706645), two words each.
  mutating func normal() -> Double {
    let radius = (-2 * (1 - uniform()).logarithm).squareRoot()
    return radius * (2 * Double.pi * uniform()).cosine
  }
}
