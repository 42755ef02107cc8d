import Audit
import Study
import StudyFixtures
import Testing

/// R27 and R28: the filter and the instruments.
@Suite struct InstrumentRuleTests {
  @Test func `consistency certifies a bound, not certainty`() throws {
    let claimed = StudyFixture().sampling(seen: 5000, right: 900, wrong: 800).claim(
      .filterCertifies)
    let finding = try findings(of: SelectionFilterRule.self, on: claimed).about("")
    #expect(finding.severity == .minor)
    #expect(isPrinted(try finding.value("lower"), as: 0.69, digits: 2))
    #expect(isPrinted(try finding.value("retention"), as: 0.34, digits: 2))
    let many = StudyFixture().sampling(responses: 100, seen: 5000, right: 900, wrong: 800)
      .claim(.filterCertifies)
    #expect(try findings(of: SelectionFilterRule.self, on: many).about("").status == .passed)
  }

  @Test func `an unreported flow fires without any claim`() throws {
    let hidden = StudyFixture().sampling(right: 900, wrong: 800)
    #expect(try findings(of: SelectionFilterRule.self, on: hidden).about("").severity == .minor)
    let open = StudyFixture().sampling(seen: 5000, right: 900, wrong: 800)
    #expect(try findings(of: SelectionFilterRule.self, on: open).about("").status == .passed)
  }

  private func judge(kappa: Bool, blinded: Bool?) -> StudyFixture {
    let agreement = StudyFixture()
      .validation("agreement", instrument: "judge", successes: 94, trials: 100)
      .validation(
        "disagreements", instrument: "judge", quantity: "disagreements-favouring-own",
        successes: 6, trials: 6, blinded: blinded
      )
      .claim(.instrumentIsValid, references: ["validations/*"])
    return kappa
      ? agreement.validation("kappa", instrument: "judge", quantity: "kappa", printed: "0.85")
      : agreement
  }

  @Test(
    arguments: [
      (true, true as Bool?, false), (false, true, true), (true, false, true), (true, nil, true),
    ])
  func `agreement needs chance and a blind`(kappa: Bool, blinded: Bool?, fires: Bool) throws {
    let finding = try findings(
      of: JudgeValidationRule.self, on: judge(kappa: kappa, blinded: blinded)
    ).about("judge")
    #expect((finding.severity == .minor) == fires)
    #expect(isPrinted(try finding.value("sign-p"), as: 0.031, digits: 3))
    #expect(finding.verdict(on: "claim-1") == (fires ? .inconclusive : .supported))
  }

  @Test func `a judge without validation is reported as unchecked`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
    let result = findings(of: JudgeValidationRule.self, on: study)
    #expect(!result.hasFired)
    #expect(try result.about("judge").severity == nil)
  }

  @Test func `a judge may have any name, and losing needs no blind`() throws {
    let study = StudyFixture().rates("Quiz", "A", n: 100, [12, 27, 20, 13])
      .validation("check", instrument: "gpt-4o judge", successes: 90, trials: 100)
      .validation("kappa", instrument: "gpt-4o judge", quantity: "kappa", printed: "0.80")
      .validation(
        "lost", instrument: "gpt-4o judge", quantity: "disagreements-favouring-own",
        successes: 1, trials: 10)
    let result = findings(of: JudgeValidationRule.self, on: study)
    #expect(result.map(\.id) == ["R28/gpt-4o judge"])
    #expect(result[0].isPassed)
  }
}
