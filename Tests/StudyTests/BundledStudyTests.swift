import Study
import StudyFixtures
import Testing

@Suite struct `Bundled published study` {
  @Test func `loads without a problem`() {
    let check = PublishedStudy.check(folder: RepositoryFolder.path("data/published/moe-h-neurons"))
    #expect(check.problems.map(\.description) == [])
    #expect(check.study != nil)
  }
}
