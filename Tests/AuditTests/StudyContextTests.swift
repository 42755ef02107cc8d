import Audit
import Study
import StudyFixtures
import Testing

@Suite struct StudyContextTests {
  @Test func `the bundled study gets the n of its audit`() throws {
    let context = StudyContext(study: try Bundled.study.get())
    let rows = Dictionary(uniqueKeysWithValues: context.rows.map { ($0.id, $0) })
    let expected: [(String, [Int], Int, DoseRow.CountBasis)] = [
      ("FalseQA/A", [12, 27, 20], 100, .stated),
      ("FalseQA/B", [20, 15, 10, 15], 100, .sameAs(configuration: "A")),
      ("FalseQA/C", [13, 8, 6, 7], 100, .sameAs(configuration: "A")),
      ("FaithEval/A", [31, 29, 27, 22], 40, .stated),
      ("FaithEval/B", [14, 15, 15, 15], 40, .sameAs(configuration: "A")),
      ("FaithEval/C", [20, 22, 22, 20], 40, .sameAs(configuration: "A")),
      ("Sycophancy/A", [6, 5, 6, 7], 60, .smallestFeasible),
      ("Sycophancy/B", [3, 3], 60, .smallestFeasible),
      ("Sycophancy/C", [1, 0], 60, .smallestFeasible),
    ]
    #expect(context.rows.map(\.id) == expected.map(\.0))
    for (id, counts, total, basis) in expected {
      let row = try #require(rows[id])
      #expect(row.points.map(\.successes) == counts)
      #expect(row.points.allSatisfy { $0.total == total })
      #expect(row.basis == basis)
    }
    #expect(rows["Sycophancy/A"]?.isDropped == true)
    #expect(rows["FaithEval/A"]?.isDropped == false)
    #expect(rows["FalseQA/B"]?.feasibleTotals == [20, 40, 60, 80, 100, 120, 140, 160, 180, 200])
    #expect(rows["Sycophancy/C"]?.feasibleTotals.prefix(4) == [58, 59, 60, 115])
  }

  @Test func `an imprecise or missing cell is never counted`() throws {
    let study = StudyFixture().printed("Quiz", "A", ["10.0%", "~10%", "—", nil], n: 100).build()
    let row = try #require(StudyContext(study: study).rows.first)
    #expect(row.doses == [0])
    #expect(row.missingDoses == [1, 2, 3])
  }

  @Test func `a stated n that fits another row is taken, one that does not is not`() throws {
    let base = StudyFixture().rates("Quiz", "A", n: 40, [10, 12, 14, 16])
    let fits = base.printed("Quiz", "B", ["25.0%", "27.5%", "30.0%", "32.5%"])
    let other = base.printed("Quiz", "B", ["26.0%", "27.0%", "30.0%", "32.0%"])
    #expect(
      StudyContext(study: fits.build()).rows[1].basis == .sameAs(configuration: "A"))
    let row = StudyContext(study: other.build()).rows[1]
    #expect(row.basis == .smallestFeasible)
    #expect(row.totals.first == 100)
  }

  @Test func `an n above the listed ones is found`() {
    // 33.1 % and 0.1 % together need more than 200 items: a tenth of a per cent needs 667.
    let study = StudyFixture().printed("Quiz", "A", ["33.1%", "0.1%"]).build()
    let row = StudyContext(study: study).rows[0]
    #expect(row.basis == .smallestFeasible)
    #expect(row.feasibleTotals == [667])
    #expect(row.points.map(\.successes) == [221, 1])
  }

  @Test func `no n fits`() {
    // A thousandth of a per cent needs more items than are searched.
    let study = StudyFixture().printed("Quiz", "A", ["33.123%", "0.001%"]).build()
    let row = StudyContext(study: study).rows[0]
    #expect(row.basis == .none)
    #expect(row.points.isEmpty)
    #expect(row.feasibleTotals.isEmpty)
    #expect(row.printedDoses == [0, 1])
    #expect(row.missingDoses == [2, 3])
  }

  @Test func `an n that is stated for some doses is an assumption for the others`() {
    var study = StudyFixture().printed("Quiz", "A", ["25.0%", "27.5%", "30.0%", "32.5%"], n: 40)
    study.cells[2] = Cell(
      version: "V1", benchmark: "Quiz", configuration: "A", dose: 2,
      printed: study.cells[2].printed, source: study.cells[2].source)
    let row = StudyContext(study: study.build()).rows[0]
    #expect(row.basis == .otherDoses)
    #expect(row.isCountInferred)
    #expect(row.successes == [10, 11, 12, 13])
  }

  @Test func `a stated n that fits no count stays stated`() {
    let study = StudyFixture().printed("Quiz", "A", ["12.1%", "27.3%"], n: 40).build()
    let row = StudyContext(study: study).rows[0]
    #expect(row.basis == .stated)
    #expect(row.points.isEmpty)
    #expect(row.missingDoses == [2, 3])
  }

  @Test func `the newest edition that reports a row wins`() {
    let study = StudyFixture().versions("V1", "V2")
      .rates("Quiz", "A", n: 50, [1, 2, 3, 4], version: "V1")
      .rates("Quiz", "A", n: 50, [2, 2, 3, 4], version: "V2")
      .rates("Quiz", "B", n: 50, [5, 5, 5, 5], version: "V1").build()
    let rows = StudyContext(study: study).rows
    #expect(rows.map(\.version) == ["V2", "V1"])
    #expect(rows.map(\.isDropped) == [false, true])
    #expect(rows[0].successes == [2, 2, 3, 4])
  }

  @Test func `a claim selects its rows and doses`() {
    let study = StudyFixture().versions("V1", "V2")
      .rates("Quiz", "A", n: 50, [1, 2, 3, 4], version: "V1")
      .rates("Quiz", "A", n: 50, [9, 2, 3, 4], version: "V2")
      .rates("Quiz", "B", n: 50, [5, 5, 5, 5], version: "V2")
      .claim(.noEffect, id: "old", references: ["cells/V1/Quiz/A/0", "cells/V1/Quiz/A/1"])
      .claim(.noEffect, id: "subject", version: "V2", configurations: ["B"])
      .claim(.noEffect, id: "all").build()
    let context = StudyContext(study: study)
    #expect(context.rows(of: study.claims[0]).map(\.successes) == [[1, 2]])
    #expect(context.rows(of: study.claims[1]).map(\.id) == ["Quiz/B"])
    #expect(context.rows(of: study.claims[2]).map(\.successes) == [[9, 2, 3, 4], [5, 5, 5, 5]])
  }
}
