import Statistics
import Testing

/// Oracle: the interval of one table, itself checked against scipy and mpmath.
@Suite struct ClopperPearsonTableTests {
  private static let trials = [
    0, 1, 1, 2, 60, 60, 60, 61, 4_095, 4_096, 4_097, 5_263_360, 5_263_360, 1_000_000, 3, 60,
  ]
  private static let successes = [
    0, 0, 1, 1, 0, 60, 30, 7, 4_000, 1, 4_096, 67, 5_263_293, 500_000, 3, 30,
  ]

  @Test(arguments: [0.5, 0.95, 0.999])
  func `every table has the interval that it has alone`(_ level: Double) throws {
    let table = try ClopperPearsonTable(
      successes: Self.successes, trials: Self.trials, confidenceLevel: level)
    for index in Self.trials.indices {
      let alone = try Proportion(
        successes: Self.successes[index], trials: Self.trials[index]
      ).clopperPearsonInterval(confidenceLevel: level)
      #expect(abs(table.lower[index] - alone.lower) <= 2e-13 * alone.lower + 1e-300)
      #expect(abs(table.upper[index] - alone.upper) <= 4e-16 + 2e-13 * (1 - alone.upper))
    }
  }

  // A bound must not depend on its neighbours: the solver shares work between them.
  @Test func `order, company and threads change nothing`() throws {
    let trials = (0..<70_000).map { 20 + $0 * 7_919 % 981 }
    let successes = trials.enumerated().map { $0.offset * 104_729 % ($0.element + 1) }
    let whole = try ClopperPearsonTable(successes: successes, trials: trials, threadCount: 1)
    let threaded = try ClopperPearsonTable(successes: successes, trials: trials, threadCount: 3)
    let turned = try ClopperPearsonTable(
      successes: successes.reversed(), trials: trials.reversed(), threadCount: 2)
    let part = try ClopperPearsonTable(
      successes: Array(successes[500..<510]), trials: Array(trials[500..<510]))
    #expect(whole == threaded)
    #expect(whole.lower == turned.lower.reversed() && whole.upper == turned.upper.reversed())
    #expect(Array(whole.lower[500..<510]) == part.lower)
    #expect(Array(whole.upper[500..<510]) == part.upper)
  }

  @Test func `what is no table is refused`() {
    #expect(throws: StatisticsError.self) { try ClopperPearsonTable(successes: [1], trials: []) }
    #expect(throws: StatisticsError.self) { try ClopperPearsonTable(successes: [2], trials: [1]) }
    #expect(throws: StatisticsError.self) { try ClopperPearsonTable(successes: [-1], trials: [1]) }
    #expect(throws: StatisticsError.self) {
      try ClopperPearsonTable(successes: [0], trials: [1], confidenceLevel: 1)
    }
  }
}
