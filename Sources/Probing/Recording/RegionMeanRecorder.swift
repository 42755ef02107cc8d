package import Model

/// Mean residual stream of each region, before each layer and after the last: `[layers + 1, hidden]`.
///
/// Sums are f64 in token order, so they do not depend on the batch.
package final class RegionMeanRecorder: ForwardHooks {
  private let regions: [[TokenRegion]]
  private let hiddenSize: Int
  private var sums: [[[Double]]]

  package init(configuration: ModelConfiguration, regions: [[TokenRegion]]) {
    self.regions = regions
    hiddenSize = configuration.hiddenSize
    let size = (configuration.layerCount + 1) * configuration.hiddenSize
    sums = regions.map { $0.map { _ in [Double](repeating: 0, count: size) } }
  }

  package func residual(
    layer: Int, rows: [PassLayout.Row], values: UnsafePointer<Float>, hiddenSize: Int
  ) {
    for (token, row) in rows.enumerated() where regions.indices.contains(row.sequence) {
      for (index, region) in regions[row.sequence].enumerated()
      where region.positions.contains(row.position) {
        let source = values + token * hiddenSize
        for value in 0..<hiddenSize {
          sums[row.sequence][index][layer * hiddenSize + value] += Double(source[value])
        }
      }
    }
  }

  package func means(sequence: Int, region: Int) -> [Float] {
    let count = Double(max(1, regions[sequence][region].positions.count))
    return sums[sequence][region].map { Float($0 / count) }
  }
}
