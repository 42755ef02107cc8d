package import Randomness

/// What a bootstrap draws: rows, rows within strata, or clusters of rows.
///
/// A *paired* bootstrap is `.rows` over items whose statistic reads every condition of the drawn
/// item. Rows of one question under temperature sampling are a cluster, not independent rows.
public enum ResamplingDesign: Hashable, Sendable {
  /// `count` rows, drawn with replacement.
  case rows(count: Int)
  /// Row indices of each stratum; as many are drawn from a stratum as it holds.
  case stratified([[Int]])
  /// Row indices of each cluster; as many clusters are drawn as there are, each with all its rows.
  case clustered([[Int]])

  /// The strata of a label, in order of first appearance, for example positives and negatives.
  public static func stratified<Label: Hashable>(by labels: [Label]) -> ResamplingDesign {
    .stratified(groups(of: labels))
  }

  /// The clusters of an identifier, in order of first appearance.
  public static func clustered<Identifier: Hashable>(by clusters: [Identifier]) -> ResamplingDesign
  {
    .clustered(groups(of: clusters))
  }

  private static func groups<Key: Hashable>(of keys: [Key]) -> [[Int]] {
    var slots: [Key: Int] = [:]
    var groups: [[Int]] = []
    for (row, key) in keys.enumerated() {
      if let slot = slots[key] {
        groups[slot].append(row)
      } else {
        slots[key] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  /// The rows of the sample itself, in the order in which a resample lists them.
  package var allRows: [Int] {
    switch self {
    case .rows(let count): Array(0..<max(0, count))
    case .stratified(let groups), .clustered(let groups): groups.flatMap { $0 }
    }
  }

  /// Draws one resample into `rows`.
  package func draw(into rows: inout [Int], using random: inout RandomStream) {
    rows.removeAll(keepingCapacity: true)
    switch self {
    case .rows(let count):
      guard count > 0 else { return }
      for _ in 0..<count { rows.append(random.integer(below: count)) }
    case .stratified(let strata):
      for stratum in strata where !stratum.isEmpty {
        for _ in stratum { rows.append(stratum[random.integer(below: stratum.count)]) }
      }
    case .clustered(let clusters):
      guard !clusters.isEmpty else { return }
      for _ in clusters { rows += clusters[random.integer(below: clusters.count)] }
    }
  }

  /// Units that are deleted one at a time by the jackknife: one group, or one for each stratum.
  package var unitCounts: [Int] {
    switch self {
    case .rows(let count): [max(0, count)]
    case .clustered(let clusters): [clusters.count]
    case .stratified(let strata): strata.map(\.count)
    }
  }

  /// The rows that remain when one unit of a group is left out.
  package func rows(without unit: Int, ofGroup group: Int) -> [Int] {
    switch self {
    case .rows(let count):
      (0..<max(0, count)).filter { $0 != unit }
    case .clustered(let clusters):
      clusters.enumerated().flatMap { $0.offset == unit ? [] : $0.element }
    case .stratified(let strata):
      strata.enumerated().flatMap { position, rows in
        position == group
          ? rows.enumerated().filter { $0.offset != unit }.map(\.element) : rows
      }
    }
  }
}
