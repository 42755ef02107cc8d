import Audit
import Randomness
import Study
import StudyFixtures
import Testing

/// Clean, well-powered synthetic studies must stay quiet: of many seeded ones at most 5 % (plus four
/// Monte Carlo standard errors) may have a finding above information from R13 to R34.
@Suite struct CleanStudyLaterRulesTests {
  private func count(_ random: inout RandomStream, of n: Int, rate: Double) -> Int {
    (0..<n).count { _ in random.uniform() < rate }
  }

  private func percent(_ count: Int, of n: Int) -> String {
    StudyFixture().doses([0]).rates("x", "x", n: n, [count], decimals: 1).cells[0].printed.text
  }

  /// A real effect, the same in every configuration; everything stated, registered and validated.
  private func study(_ index: Int) -> StudyFixture {
    var random = RandomStream(seed: 7, analysis: "clean-study", index: UInt64(index))
    let right = 1000 + random.integer(below: 200)
    let wrong = 900 + random.integer(below: 100)
    var fixture = StudyFixture().model(layers: 24, fullAttention: [5, 11, 17, 23])
      .with {
        $0.sameItemsAtEveryDose = true
        $0.isPreregistered = true
        $0.endpointOfInterest = "compliance"
      }
      .sampling(seen: 8000, right: right, wrong: wrong)
      .classifier(
        ClassifierCard(
          selectedC: 0.1, selectionData: "validation", heldOutShare: 0.2, evaluationUnit: "item",
          randomSetDraws: 200)
      )
      .gridRow(0.01, accuracy: percent(right, of: right + wrong), auroc: "0.500", nonzero: 0)
      .gridRow(0.1, accuracy: "84.0%", auroc: "0.910", nonzero: 80)
      .gridRow(1, accuracy: "83.5%", auroc: "0.905", nonzero: 300)
      .configuration("A", weights: "int4").configuration("B", weights: "int4")
      .configuration("C", weights: "bf16")
    for benchmark in ["Quiz", "Trap"] {
      let base = 0.2 + 0.2 * random.uniform()
      for configuration in ["A", "B", "C"] {
        let counts = (0..<4).map { dose -> Int? in
          count(&random, of: 300, rate: base + 0.1 * Double(dose))
        }
        fixture = fixture.rates(benchmark, configuration, n: 300, counts)
      }
    }
    for (dataset, role) in [("Home", "in-domain"), ("Away", "cross-domain")] {
      let positives = count(&random, of: 500, rate: 0.4)
      let correct =
        count(&random, of: positives, rate: 0.85) + count(&random, of: 500 - positives, rate: 0.85)
      fixture = fixture.detection(
        dataset, role: role, n: 500, positiveRate: percent(positives, of: 500),
        majority: percent(500 - positives, of: 500), accuracy: percent(correct, of: 500),
        auroc: "0.920", randomAccuracy: "60.0%", randomAUROC: "0.501")
    }
    let shared = count(&random, of: 60, rate: 1.0 / 9)
    let linear = count(&random, of: 60 - shared, rate: 0.98)
    return
      fixture
      .neurons(.shared, shared).neurons(.routed, 60 - shared)
      .reportedTest(
        "depth", linear, of: 60 - shared, null: 0.6, p: "0.000", family: ["shared", "all"]
      )
      .validation("agreement", successes: 190, trials: 200, blinded: true)
      .validation("kappa", quantity: "kappa", printed: "0.88")
      .claim(.configurationsAgree, benchmarks: ["Quiz", "Trap"])
      .claim(.monotoneIncreasing, benchmarks: ["Quiz", "Trap"])
      .claim(.beatsMajority, references: ["detection/*"])
      .claim(.specificToSet, references: ["detection/*"])
      .claim(.concentratedIn, references: ["tests/depth"])
      .claim(.instrumentIsValid, references: ["validations/*"])
      .claim(.controlsEndpoint, terms: ["endpoint": "compliance", "direction": "controls"])
      .claim(
        .rangeIs, references: ["detection/*"], values: ["lower": "0.920", "upper": "0.920"],
        terms: ["metric": "auroc"])
  }

  @Test func `few clean studies have a finding above information`() {
    let studies = 60
    var loud: [String] = []
    for index in 0..<studies {
      let context = StudyContext(study: study(index).build())
      let findings = AuditRules.all.filter { $0.id >= .multiplicity }
        .flatMap { $0.init().evaluate(context) }
        .filter { ($0.severity ?? .info) > .info }
      if let first = findings.first { loud.append("\(index): \(first.id)") }
    }
    let share = Double(loud.count) / Double(studies)
    let error = (0.05 * 0.95 / Double(studies)).squareRoot()
    #expect(share <= 0.05 + 4 * error, "\(loud)")
  }

  @Test func `the same study gives the same findings`() {
    let context = StudyContext(study: study(0).build())
    for rule in AuditRules.all where rule.id >= .multiplicity {
      let first = rule.init().evaluate(context)
      #expect(first == rule.init().evaluate(context))
      #expect(Set(first.map(\.id)).count == first.count, "\(rule.id) repeats an identifier")
    }
  }

  /// A study with nothing in it: every rule says why it did not run, or passes.
  @Test func `an empty study fires nothing`() {
    let context = StudyContext(study: StudyFixture().build())
    for rule in AuditRules.all where rule.id >= .multiplicity {
      let findings = rule.init().evaluate(context)
      #expect(!findings.isEmpty, "\(rule.id) says nothing")
      #expect(!findings.contains { $0.severity != nil }, "\(rule.id)")
    }
  }
}
