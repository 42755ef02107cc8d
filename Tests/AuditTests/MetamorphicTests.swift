import Audit
import Study
import StudyFixtures
import Testing

/// Change the study, and the findings change as they must, and nothing else does.
@Suite struct MetamorphicTests {
  private func study(
    _ names: [String: String] = [:], reversed: Bool = false, anchor: Int = 15, last: Int? = 22,
    isDropped: Bool = false
  ) -> StudyFixture {
    func name(_ id: String) -> String { names[id] ?? id }
    let declared = StudyFixture().benchmark(name("Quiz")).benchmark(name("Facts"))
      .configuration(name("A")).configuration(name("B"))
    let rows: [(String, String, [Int?])] = [
      ("Quiz", "A", [31, 29, 27, last]), ("Quiz", "B", [14, anchor, 15, 15]),
      ("Facts", "A", [20, 20, 19, 20]), ("Facts", "B", [20, 22, 22, 20]),
    ]
    var fixture = declared
    for (benchmark, configuration, counts) in reversed ? rows.reversed() : rows {
      if isDropped, benchmark == "Facts", configuration == "B" { continue }
      fixture = fixture.rates(name(benchmark), name(configuration), n: 40, counts)
    }
    return
      fixture
      .summary("range", benchmark: name("Quiz"), "3pp")
      .claim(.withinNoise, id: "noise", benchmarks: [name("Quiz")], configurations: [name("A")])
      .claim(.noEffect, id: "none", benchmarks: [name("Facts")])
      .claim(
        .notReplicated, id: "fluke", benchmarks: [name("Quiz")], terms: ["original": name("A")]
      )
      .claim(.sameOperation, id: "same")
  }

  private struct Outcome: Hashable {
    let id: String
    let status: Finding.Status
    let assessments: [ClaimAssessment]
    let numbers: [String: Double]
  }

  private func outcomes(
    _ fixture: StudyFixture, renaming names: [String: String] = [:]
  ) -> [Outcome] {
    AuditEngine.audit(fixture.build()).findings.filter { $0.rule <= .noOpAnchor }.map { finding in
      var id = finding.id
      for (old, new) in names { id = id.replacing(new, with: old) }
      return Outcome(
        id: id, status: finding.status, assessments: finding.assessments,
        numbers: finding.evidence.compactMapValues(\.number))
    }
  }

  private func changed(_ first: [Outcome], _ second: [Outcome]) -> Set<String> {
    let old = Dictionary(uniqueKeysWithValues: first.map { ($0.id, $0) })
    let new = Dictionary(uniqueKeysWithValues: second.map { ($0.id, $0) })
    return Set(Set(old.keys).union(new.keys).filter { old[$0] != new[$0] })
  }

  @Test func `names do not matter`() {
    let names = ["Quiz": "Zebra", "Facts": "Alpha7", "A": "cfg-late", "B": "cfg-early"]
    let renamed = outcomes(study(names), renaming: names)
    #expect(changed(outcomes(study()), renamed) == [])
    #expect(renamed.map(\.id) == outcomes(study()).map(\.id))
  }

  @Test func `the order of the rows does not matter`() {
    #expect(outcomes(study()) == outcomes(study(reversed: true)))
  }

  @Test func `one cell of the anchor changes what rests on it`() {
    let before = outcomes(study())
    let after = outcomes(study(anchor: 27))
    #expect(
      changed(before, after) == [
        // The anchor itself, and the Holm factor of the other benchmark's test.
        "R12/Quiz/int4", "R12/Facts/int4", "R06/range", "R09/Quiz/B", "R11/fluke/Quiz",
      ])
    #expect(before.first { $0.id == "R12/Quiz/int4" }?.status == .fired(.critical))
    #expect(after.first { $0.id == "R12/Quiz/int4" }?.status == .passed)
  }

  @Test func `a deleted cell is missing and its row is analysed without it`() {
    let after = outcomes(study(last: nil))
    let touched = changed(outcomes(study()), after)
    #expect(after.first { $0.id == "R04/Quiz/A" }?.status == .fired(.major))
    #expect(
      touched.isSubset(of: [
        "R01/V1/Quiz/A", "R04/Quiz/A", "R06/range", "R08/Quiz/A", "R08/Facts/A", "R08/Facts/B",
        "R09/Quiz/A",
        "R11/fluke/Quiz",
      ]), "\(touched)")
    #expect(touched.isSuperset(of: ["R04/Quiz/A", "R08/Quiz/A", "R06/range"]))
  }

  @Test func `a deleted row leaves the other rows as they were`() {
    let after = outcomes(study(isDropped: true))
    let touched = changed(outcomes(study()), after)
    #expect(after.first { $0.id == "R04/Facts/B" }?.status == .fired(.major))
    #expect(!touched.contains { $0.hasPrefix("R09/Quiz") || $0 == "R09/Facts/A" })
    #expect(!touched.contains("R11/fluke/Quiz"))
    #expect(!touched.contains("R06/range"))
  }
}
