import Study
import StudyFixtures
import Testing

@Suite struct `Row references` {
  private let study = StudyFixture()
    .versions("V1", "V2")
    .rates("Quiz", "A", n: 100, [12, 27, 20, nil], version: "V1")
    .rates("Quiz", "A", n: 100, [12, 27, 20, nil])
    .rates("Test", "B", n: 40, [31, 29, 27, 22], stated: false)
    .gridRow(0.1, auroc: "0.881").gridRow(1, auroc: "0.973")
    .detection("Trivia", auroc: "0.860")
    .neurons(.all, 67).neurons(.routed, 39).neurons(.routed, 5, layer: 12)
    .neurons(.routed, 35, attention: .linear)
    .liveness(0, 1, "1.84")
    .claim(.withinNoise, references: ["cells/V2/Quiz/A/0", "cells/V2/*/*/0", "detection/Trivia"])
    .build()

  @Test(arguments: [
    ("cells/V1/Quiz/A/0", 1), ("cells/V1/Quiz/A/0.0", 1), ("cells/*/Quiz/A/*", 6),
    ("cells/**", 10), ("cells/V2/**", 7), ("cells/V2/Quiz", 0), ("cells/V2/Quiz/A/*/**", 0),
    ("cells/V3/**", 0), ("detection/Trivia", 0), ("cells", 0), ("", 0), ("cells//Quiz/A/0", 0),
    ("cells/**/A/0", 0),
  ])
  func `name cells`(pattern: String, count: Int) {
    #expect(study.cells(matching: pattern).count == count)
  }

  @Test func `compare doses and C as numbers`() {
    #expect(study.gridRows(matching: "grid/1.0").count == 1)
    #expect(study.gridRows(matching: "grid/0.10").count == 1)
    #expect(study.livenessRows(matching: "liveness/0/1.0").count == 1)
  }

  @Test func `tell totals from parts`() {
    #expect(study.neuronCounts(matching: "neurons/positive/routed").map(\.count) == [39])
    #expect(study.neuronCounts(matching: "neurons/positive/routed/layer/*").map(\.count) == [5])
    #expect(
      study.neuronCounts(matching: "neurons/positive/routed/attention/linear").map(\.count) == [35])
    #expect(study.neuronCounts(matching: "neurons/positive/**").count == 4)
  }

  @Test func `of a claim name each row once`() throws {
    let claim = try #require(study.claims.first)
    #expect(study.cells(of: claim).map(\.id) == ["V2/Quiz/A/0", "V2/Test/B/0"])
    #expect(study.detectionRows(of: claim).map(\.id) == ["Trivia"])
  }

  @Test func `print as they were written`() {
    #expect(RowReference("cells/V1/**")?.description == "cells/V1/**")
    #expect(RowReference("tables/V1") == nil)
  }
}

@Suite struct `Arithmetic expressions` {
  @Test(arguments: [
    ("40*(256*512+1*512)", 5_263_360.0), ("8/256", 0.03125), ("0.20-0.27", 0.20 - 0.27),
    ("-(2+3)*-2", 10), (" 1 + 2 * 3 ", 7), ("10-3-2", 5), ("8/4/2", 1),
  ])
  func `have a value`(text: String, value: Double) throws {
    #expect(try ArithmeticExpression(parsing: text).value == value)
  }

  @Test(arguments: [
    ("", 1), ("1+", 3), ("(1", 3), ("1)", 2), ("1 2", 3), ("1.", 3), (".5", 1), ("2**3", 3),
    ("1e3", 2), ("x", 1), ("1,000", 2), ("--1", 2),
  ])
  func `are refused at the right character`(text: String, column: Int) {
    do {
      _ = try ArithmeticExpression(parsing: text)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.column == column)
    }
  }

  @Test func `are bounded`() {
    let deep = String(repeating: "(", count: 60) + "1" + String(repeating: ")", count: 60)
    #expect(throws: ArithmeticExpression.Failure.self) { try ArithmeticExpression(parsing: deep) }
    let long = "1" + String(repeating: "+1", count: 300)
    #expect(throws: ArithmeticExpression.Failure.self) { try ArithmeticExpression(parsing: long) }
  }
}

@Suite struct `Kinds of study` {
  @Test(arguments: [("published", StudyKind.published), ("plan", .plan)])
  func `are told by their kind line`(word: String, kind: StudyKind) throws {
    let folder = try StudyFolder(["study.yaml": "schema_version: 1\nkind: \(word)\n"])
    #expect(try StudyKind.sniff(folder: folder.path) == kind)
  }

  @Test(arguments: [
    ("a: 1\n", "study.yaml:1:1: error: the document has no kind"),
    ("kind: other\n", "study.yaml:1:7: error: kind cannot be \"other\""),
    ("kind: [plan]\n", "study.yaml:1:7: error: kind cannot be a list"),
  ])
  func `are named when they are wrong`(text: String, message: String) throws {
    let folder = try StudyFolder(["study.yaml": text])
    let errors = #expect(throws: StudyFormatErrors.self) {
      try StudyKind.sniff(folder: folder.path)
    }
    #expect(errors?.description.hasPrefix(message) == true)
  }
}
