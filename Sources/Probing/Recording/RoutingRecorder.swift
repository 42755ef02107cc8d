package import Kernels
package import Model

/// Where the tokens of a region were sent: `[layer, expert]`, row-major.
public struct RegionRouting: Sendable, Equatable {
  public let name: String
  public let tokenCount: Int
  public let expertCount: Int
  /// How many tokens chose an expert.
  public let selectionCounts: [Int]
  /// The sum of the weights that an expert got from them.
  public let weightSums: [Double]

  /// The share of tokens that chose an expert.
  public func selectionFrequency(layer: Int, expert: Int) -> Double {
    Double(selectionCounts[layer * expertCount + expert]) / Double(max(1, tokenCount))
  }
}

/// Counts choices and weights of the router per region.
package final class RoutingRecorder: ForwardHooks {
  private let expertCount: Int
  private let regions: [[TokenRegion]]
  private let membership: RegionMembership
  private var counts: [[[Int]]]
  private var sums: [[[Double]]]

  package init(configuration: ModelConfiguration, regions: [[TokenRegion]]) {
    expertCount = configuration.experts?.count ?? 0
    self.regions = regions
    membership = RegionMembership(regions)
    let size = expertCount * configuration.layerCount
    counts = regions.map { $0.map { _ in [Int](repeating: 0, count: size) } }
    sums = regions.map { $0.map { _ in [Double](repeating: 0, count: size) } }
  }

  package func finished(
    _ block: FeedForward, trace: FeedForwardTrace, backend: KernelBackend
  ) {
    for (token, row) in trace.rows.enumerated() {
      for index in membership[row] {
        for slot in token * trace.expertsPerToken..<(token + 1) * trace.expertsPerToken {
          let cell = trace.layer * expertCount + Int(trace.chosen[slot])
          counts[row.sequence][index][cell] += 1
          sums[row.sequence][index][cell] += Double(trace.weights[slot])
        }
      }
    }
  }

  package func results() -> [[RegionRouting]] {
    regions.indices.map { sequence in
      regions[sequence].indices.map { index in
        RegionRouting(
          name: regions[sequence][index].name,
          tokenCount: regions[sequence][index].positions.count, expertCount: expertCount,
          selectionCounts: counts[sequence][index], weightSums: sums[sequence][index])
      }
    }
  }
}
