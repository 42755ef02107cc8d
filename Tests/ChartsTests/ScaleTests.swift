import Charts
import Testing

@Suite struct ScaleTests {
  @Test(arguments: [
    ([8.0, 27], [0.0], 0.0, 30.0), ([0, 0], [], -1, 1), ([5], [], 2.5, 7.5),
    ([-22.5, 22.6], [0], -30, 30), ([0.673, 0.897], [0.5], 0.5, 0.9), ([0, 40], [0], 0, 40),
  ])
  func `a domain is round and no wider than one step`(
    _ values: [Double], _ including: [Double], _ low: Double, _ high: Double
  ) throws {
    let domain = try #require(LinearScale.niceDomain(values, including: including))
    #expect(abs(domain.lowerBound - low) < 1e-9 && abs(domain.upperBound - high) < 1e-9)
  }

  @Test func `no finite value gives no domain`() {
    #expect(LinearScale.niceDomain([.nan, .infinity]) == nil)
  }

  @Test(arguments: [
    (0.0, 1.0, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-10, 10, 4, [-10, -5, 0, 5, 10]),
    (0, 0.3, 3, [0, 0.1, 0.2, 0.3]), (2, 2, 5, []),
  ])
  func `ticks are exact decimals`(_ low: Double, _ high: Double, _ count: Int, _ ticks: [Double]) {
    let found = LinearScale.ticks(low...high, count: count)
    #expect(low == high ? found.count <= 1 : found == ticks)
  }

  @Test func `powers of ten are thinned`() {
    #expect(LogScale(1...1000, from: 0, to: 90).ticks() == [1, 10, 100, 1000])
    #expect(LogScale(1e-12...1, from: 0, to: 90).ticks(maximum: 5).count <= 5)
    #expect(LogScale(1...1000, from: 0, to: 90)(10) == 30)
  }

  @Test(arguments: [
    ([10.0, 12, 14], [-2.0, 12, 26]), ([0, 50, 100], [0, 50, 100]), ([95, 96, 97], [72, 86, 100]),
    ([-50, 0], [0, 14]), ([], []),
  ])
  func `labels move apart no further than they must`(_ wanted: [Double], _ expected: [Double]) {
    let low = expected.first.map { min(0, $0) } ?? 0
    let found = Canvas.spread(wanted, pitch: 14, from: low, to: 100)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(found.count == expected.count)
  }
}
