import Study
import StudyFixtures
import Testing

@Suite struct `The builder of studies` {
  @Test func `prints counts as rates`() {
    let study = StudyFixture().rates("Quiz", "A", n: 60, [6, 5, nil, 60]).build()
    #expect(study.cells.map(\.printed.text) == ["10.0%", "8.3%", "100.0%"])
    #expect(study.cells.map(\.dose) == [0, 1, 3])
    #expect(study.cells.map(\.statedCount) == [60, 60, 60])
    #expect(study.design.benchmarks.map(\.id) == ["Quiz"])
    #expect(study.design.configurations.map(\.id) == ["A"])
  }

  @Test func `rounds half up as printed tables do`() {
    let study = StudyFixture().rates("Quiz", "A", n: 8, [1, 3], decimals: 0).build()
    #expect(study.cells.map(\.printed.text) == ["13%", "38%"])
  }

  @Test func `keeps what is printed`() {
    let study = StudyFixture().printed("Quiz", "A", ["~0%", "—", nil, "5.0%"], n: 20).build()
    #expect(study.cells.map(\.printed.kind) == [.approximate, .missing, .exact])
    #expect(study.cells.map(\.statedCount) == [20, nil, 20])
  }

  @Test func `lets later editions supersede earlier ones`() {
    let study = StudyFixture().versions("V1", "V2").build()
    #expect(study.versions.map(\.supersedes) == [nil, "V1"])
  }
}
