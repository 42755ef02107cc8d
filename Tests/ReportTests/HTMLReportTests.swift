import Audit
import Foundation
import Provenance
import Report
import Study
import StudyFixtures
import Testing

@Suite struct HTMLReportTests {
  private func html() throws -> String { try RenderedStudy.html(RenderedStudy.published.get().1) }

  @Test func `one file without a request, a script or an inline style`() throws {
    let page = try html()
    #expect(!page.contains("<script"))
    #expect(!page.contains(" style=\""))
    #expect(!page.contains(" src="))
    #expect(!page.contains("@import"))
    #expect(!page.contains("url("))
    for match in page.matches(of: /href="([^"]*)"/) {
      let target = match.output.1
      #expect(
        target.hasPrefix("#") || target.hasPrefix("data:text/csv")
          || target.hasPrefix("https://doi.org/") || target.hasPrefix("https://arxiv.org/"),
        "link to \(target.prefix(80))")
    }
  }

  @Test func `the policy names the hash of the style sheet`() throws {
    let page = try html()
    let start = try #require(page.range(of: "<style>"))
    let end = try #require(page.range(of: "</style>"))
    let style = String(page[start.upperBound..<end.lowerBound])
    let digest = Data(SHA256Hex(of: style).bytes).base64EncodedString()
    #expect(page.contains("style-src 'sha256-\(digest)'"))
    #expect(page.contains("default-src 'none'"))
  }

  @Test func `anchors are unique and every inner link has one`() throws {
    let page = try html()
    let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.output.1) }
    #expect(ids.count == Set(ids).count, "duplicate: \(Self.duplicates(ids))")
    let known = Set(ids)
    for match in page.matches(of: /href="#([^"]*)"/) {
      #expect(known.contains(String(match.output.1)), "no anchor \(match.output.1)")
    }
  }

  @Test func `it is small, declares its language and skips to the summary`() throws {
    let page = try html()
    #expect(page.utf8.count < 1_000_000)
    #expect(page.contains("<html lang=\"en\">"))
    #expect(page.contains("class=\"skip\" href=\"#summary\""))
    #expect(!page.contains("{{"), "a template place was not filled")
  }

  @Test func `every picture has a title, a description and a table`() throws {
    let page = try html()
    let figures = page.components(separatedBy: "<figure ").dropFirst()
    #expect(figures.count >= 8)
    for figure in figures {
      let body = figure.components(separatedBy: "</figure>")[0]
      #expect(body.contains("role=\"img\""))
      #expect(body.contains("<title"))
      #expect(body.contains("<desc"))
      #expect(body.contains("<table"))
    }
  }

  @Test func `rendering twice gives the same bytes`() throws {
    let (result, first) = try RenderedStudy.published.get()
    let second = try RenderedStudy.bundle(result)
    #expect(first.files.map(\.path) == second.files.map(\.path))
    for (left, right) in zip(first.files, second.files) {
      #expect(left.bytes == right.bytes, "\(left.path) differs")
    }
  }

  @Test func `the word of the trade stays out, except in the words of others`() throws {
    let page = try html()
    let own = page.replacing(/<q>.*?<\/q>/, with: "")
    #expect(!own.lowercased().contains("significant"))
    #expect(!own.lowercased().contains("no effect."))
  }

  /// A study whose every text field is hostile.
  @Test func `markup in a study is shown, not obeyed`() throws {
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\u{202E}\"'&"
    let study = StudyFixture()
      .benchmark("Q").configuration("A", weights: "w")
      .rates("Q", "A", n: 100, [12, 27, 20, 15])
      .claim(.notMonotone, quote: hostile, benchmarks: ["Q"])
      .build()
    let page = try RenderedStudy.html(RenderedStudy.bundle(AuditEngine.audit(study)))
    #expect(!page.contains("<script"))
    #expect(!page.contains("<img"))
    #expect(!page.contains("\u{202E}"))
    #expect(page.contains("&lt;script&gt;"))
  }

  @Test func `a study with nothing in it still gives a report`() throws {
    let result = AuditEngine.audit(StudyFixture().build())
    let page = try RenderedStudy.html(RenderedStudy.bundle(result))
    #expect(page.contains("No rule found a fault.") || page.contains("could not run"))
  }

  private static func duplicates(_ ids: [String]) -> [String] {
    Dictionary(grouping: ids, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
  }
}
