import Audit
import Study
import StudyFixtures
import Testing

/// R24, R25, R26 and R29: counts, imprecise cells, patterns and pairing.
@Suite struct CountRuleTests {
  @Test func `an unstated n fires, a stated one does not`() throws {
    let stated = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
    #expect(try findings(of: UnknownCountRule.self, on: stated).about("").status == .passed)
    let unstated = stated.rates("Quiz", "B", n: 100, [11, 27, 19, 13], stated: false)
    let result = findings(of: UnknownCountRule.self, on: unstated)
    #expect(try result.about("").severity == .major)
    #expect(try result.about("").value("unstated") == 1)
    #expect(result.count == 1)
  }

  @Test func `rates that all fit a smaller n are named with their odds`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
      .rates("Quiz", "B", n: 100, [20, 15, 10, 15], stated: false)
    let finding = try findings(of: UnknownCountRule.self, on: study).about("Quiz/B")
    #expect(try finding.value("smallest") == 20)
    #expect(isPrinted(try finding.value("ratio"), as: 535, digits: 0))
    #expect(isPrinted(try finding.value("coincidence"), as: 0.0019, digits: 4))
  }

  @Test func `two coarse rates are no evidence about n`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 60, [6, 5, 6, 7])
      .rates("Quiz", "B", n: 60, [3, 3, nil, nil], stated: false)
    #expect(findings(of: UnknownCountRule.self, on: study).count == 1)
  }

  @Test func `an approximate cell fires and a missing one does not`() throws {
    let study = StudyFixture().printed("Quiz", "A", ["1.7%", "0.0%", "~0%", "—"], n: 60)
    let result = findings(of: ImpreciseNumberRule.self, on: study)
    #expect(result.map(\.id) == ["R25/V1/Quiz/A/2"])
    #expect(isPrinted(try result[0].value("upper"), as: 0.060, digits: 3))
    let exact = StudyFixture().printed("Quiz", "A", ["1.7%", "0.0%", "0.0%", "—"], n: 60)
    #expect(try findings(of: ImpreciseNumberRule.self, on: exact).about("").status == .passed)
  }

  @Test func `a reversal is unremarkable at a small n and telling at a large one`() throws {
    func finding(_ scale: Int) throws -> Finding {
      let study = StudyFixture().doses([0, 1, 2])
        .rates("Quiz", "A", n: 100 * scale, [12 * scale, 27 * scale, 20 * scale], decimals: 3)
        .claim(.notMonotone, benchmarks: ["Quiz"])
      return try findings(of: PatternBaseRateRule.self, on: study).about("claim-1")
    }
    #expect(try finding(1).severity == .minor)
    #expect(isPrinted(try finding(1).value("reversal"), as: 0.15, digits: 2))
    #expect(isPrinted(try finding(1).value("least"), as: 0.27, digits: 2))
    #expect(try finding(10).status == .passed)
  }

  @Test func `the base rate of a monotone order is information`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 40, [31, 29, 27, 22])
      .claim(.monotoneDecreasing, benchmarks: ["Quiz"])
    let finding = try findings(of: PatternBaseRateRule.self, on: study).about("claim-1")
    #expect(finding.status == .fired(.info))
    #expect(isPrinted(try finding.value("least"), as: 0.044, digits: 3))
  }

  @Test(arguments: [(nil as Bool?, true), (true, false), (false, false)])
  func `the pairing of doses must be stated`(same: Bool?, fires: Bool) throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
      .with { $0.sameItemsAtEveryDose = same }
    let finding = try findings(of: DependenceUnknownRule.self, on: study).about("")
    #expect((finding.severity == .major) == fires)
  }
}
