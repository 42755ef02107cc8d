import Audit
import Study
import StudyFixtures
import Testing

/// R01–R06: what the tables print.
@Suite struct ReportingRuleTests {
  // MARK: R01

  @Test func `a rate that no count gives is found, a rounded one is not`() throws {
    let wrong = StudyFixture().printed("Quiz", "A", ["12.0%", "27.3%"], n: 40)
    let right = StudyFixture().printed("Quiz", "A", ["12.5%", "27.5%"], n: 40)
    let finding = try GrimRule.finding("R01/V1/Quiz/A", wrong)
    #expect(finding.severity == .major)
    #expect(try finding.number("wrong-count") == 2)
    #expect(finding.sentenceText.contains("11 gives 27.5%"))
    #expect(try GrimRule.finding("R01/V1/Quiz/A", right).isPassed)
  }

  @Test func `without n nothing can fail`() throws {
    let fixture = StudyFixture().printed("Quiz", "A", ["12.0%", "27.3%"])
    #expect(try GrimRule.finding("R01/V1/Quiz/A", fixture).isNotRun)
    #expect(GrimRule.findings(StudyFixture()).allSatisfy { $0.isNotRun })
  }

  @Test func `detection rates and validations are checked too`() throws {
    let fixture = StudyFixture()
      .detection("Set", n: 200, positiveRate: "21.0%", accuracy: "33.3%")
      .validation("judge", successes: 94, trials: 100, printed: "94%")
    #expect(try GrimRule.finding("R01/detection/Set", fixture).isFired)
    #expect(try GrimRule.finding("R01/validation/judge", fixture).isPassed)
  }

  @Test func `both ways of rounding a half are accepted`() throws {
    let fixture = StudyFixture().printed("Quiz", "A", ["6.2%", "6.3%"], n: 16)
    #expect(try GrimRule.finding("R01/V1/Quiz/A", fixture).isPassed)
  }

  // MARK: R02

  @Test(arguments: [
    ("67/5263360", "0.0127 per mille", true), ("67/5263360", "0.0128 per mille", false),
    ("35/39", "89.7%", true), ("0.27-0.12", "15pp", true), ("0.27-0.12", "16pp", false),
    ("31-22", "9", true), ("40*(256*512+512)", "5,263,360", true),
  ])
  func `arithmetic is redone in the printed unit`(
    _ expression: String, _ printed: String, _ comesOut: Bool
  ) throws {
    let fixture = StudyFixture().arithmetic("sum", expression, printed)
    let finding = try ArithmeticRule.finding("R02/sum", fixture)
    #expect(finding.isPassed == comesOut)
    #expect(finding.severity == (comesOut ? nil : .major))
  }

  @Test func `over and under are relations, not roundings`() throws {
    let fixture = StudyFixture()
      .arithmetic("over", "19.6*1000", "19,000", relation: .over)
      .arithmetic("under", "19.6*1000", "19,000", relation: .under)
    #expect(try ArithmeticRule.finding("R02/over", fixture).isPassed)
    #expect(try ArithmeticRule.finding("R02/under", fixture).isFired)
  }

  @Test func `parts must add up`() throws {
    let fixture = StudyFixture()
      .neurons(.all, 67).neurons(.shared, 28)
      .neurons(.routed, 38)
      .classifier(ClassifierCard(finalNonzero: 127, finalPositive: 67, finalNegative: 60))
      .detection("Set", positiveRate: "36.6%", majority: "63.4%")
      .detection("Other", positiveRate: "36.6%", majority: "64.4%")
    #expect(try ArithmeticRule.finding("R02/neurons/positive", fixture).number("value") == 66)
    #expect(try ArithmeticRule.finding("R02/neurons/positive", fixture).isFired)
    #expect(try ArithmeticRule.finding("R02/classifier/nonzero", fixture).isPassed)
    #expect(try ArithmeticRule.finding("R02/detection/Set/majority", fixture).isPassed)
    #expect(try ArithmeticRule.finding("R02/detection/Other/majority", fixture).isFired)
  }

  // MARK: R03

  private func majority(_ printed: String) -> StudyFixture {
    StudyFixture().sampling(right: 1000, wrong: 864)
      .gridRow(0.01, accuracy: printed, nonzero: 0)
      .claim(
        .majorityIs, id: "majority", values: ["share": printed], terms: ["class": "always-right"])
  }

  @Test func `a majority accuracy from another row construction is found`() throws {
    let finding = try BaselineDefinitionRule.finding("R03/majority", majority("76.8%"))
    #expect(finding.severity == .critical)
    #expect(finding.verdict(on: "majority") == .refuted)
    #expect(try finding.number("construction-total") == 3728)
    #expect(try finding.text("construction").hasPrefix("3-vs-1"))
  }

  @Test(arguments: ["53.6%", "54.2%", "51.5%"])
  func `the class share and plausible draws of it pass`(_ printed: String) throws {
    let finding = try BaselineDefinitionRule.finding("R03/majority", majority(printed))
    #expect(finding.isPassed)
    #expect(finding.verdict(on: "majority") == .supported)
  }

  @Test func `a value that no construction gives is still wrong`() throws {
    let finding = try BaselineDefinitionRule.finding("R03/majority", majority("90.0%"))
    #expect(finding.isFired)
    #expect(finding.evidence["construction"] == nil)
  }

  // MARK: R04

  @Test func `missing cells, rows and benchmarks are told apart`() throws {
    let fixture = StudyFixture().versions("V1", "V2")
      .rates("Quiz", "A", n: 100, [12, 27, 20, nil], version: "V2")
      .rates("Quiz", "B", n: 100, [12, 27, 20, 21], version: "V2")
      .rates("Quiz", "C", n: 100, [12, 27, 20, 21], version: "V1")
      .printed("Facts", "A", ["1.0%", "~0%", "2.0%", "—"], n: 100, version: "V2")
      .benchmark("Unrun")
      .claim(.fullDoseRange, id: "range", benchmarks: ["Quiz"], configurations: ["A", "B"])
    #expect(try MissingCellRule.finding("R04/Quiz/A", fixture).text("missing") == "3")
    #expect(try MissingCellRule.finding("R04/Quiz/A", fixture).verdict(on: "range") == .refuted)
    #expect(try MissingCellRule.finding("R04/Quiz/B", fixture).isPassed)
    #expect(try MissingCellRule.finding("R04/Quiz/C", fixture).titleText.contains("not reported"))
    #expect(try MissingCellRule.finding("R04/Facts/A", fixture).text("missing") == "1, 3")
    #expect(try MissingCellRule.finding("R04/Facts/A", fixture).text("nowhere") == "1, 3")
    #expect(try MissingCellRule.finding("R04/Unrun", fixture).severity == .major)
  }

  @Test func `a benchmark outside the design may be missing`() {
    let fixture = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 30])
      .benchmark("Unplanned", planned: false)
    #expect(MissingCellRule.findings(fixture).allSatisfy { $0.isPassed })
  }

  // MARK: R05

  @Test func `dropped and changed numbers are found, new precision is not`() throws {
    let fixture = StudyFixture().versions("V1", "V2")
      .rates("Quiz", "A", n: 100, [12, 27, 20, 21], version: "V1")
      .rates("Quiz", "B", n: 100, [12, 27, 20, 21], version: "V1")
      .rates("Quiz", "C", n: 100, [12, 27, 20, 21], version: "V1")
      .rates("Quiz", "A", n: 100, [12, 27, 20, 21], version: "V2", decimals: 0)
      .rates("Quiz", "B", n: 100, [12, 28, 20, nil], version: "V2")
    #expect(try DroppedRowRule.finding("R05/V1-V2/Quiz/A", fixture).isPassed)
    let changed = try DroppedRowRule.finding("R05/V1-V2/Quiz/B", fixture)
    #expect(try changed.text("gone") == "3")
    #expect(try changed.text("changed") == "1")
    let dropped = try DroppedRowRule.finding("R05/V1-V2/Quiz/C", fixture)
    #expect(dropped.severity == .major)
    #expect(dropped.titleText == "Quiz/C was dropped in V2")
  }

  @Test func `one edition has nothing to compare`() {
    let fixture = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 21])
    #expect(DroppedRowRule.findings(fixture).allSatisfy { $0.isNotRun })
  }

  // MARK: R06

  private func summary(_ printed: String) -> StudyFixture {
    StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 21])
      .rates("Quiz", "B", n: 100, [13, 8, 6, 7])
      .summary("range", benchmark: "Quiz", printed)
      .summary("other", benchmark: "Quiz", "~14pp", model: "Other", own: false)
  }

  @Test func `one configuration's range is selective`() throws {
    let finding = try SelectiveSummaryRule.finding("R06/range", summary("7pp"))
    #expect(finding.severity == .critical)
    #expect(try finding.text("matching") == "B")
    #expect(isClose(try finding.number("value-1"), 0.15, within: 1e-12))
    #expect(isClose(try finding.number("value-2"), 0.07, within: 1e-12))
    #expect(try finding.text("beyond") == "A")
  }

  @Test(arguments: ["15pp", "11pp"])
  func `the largest and the mean over the configurations are not`(_ printed: String) throws {
    #expect(try SelectiveSummaryRule.finding("R06/range", summary(printed)).isPassed)
  }

  @Test func `a range that nothing gives is found`() throws {
    let finding = try SelectiveSummaryRule.finding("R06/range", summary("3pp"))
    #expect(finding.isFired)
    #expect(try finding.text("matching").isEmpty)
  }
}
