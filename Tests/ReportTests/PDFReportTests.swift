import Audit
import Foundation
import Report
import Testing

/// What public tools say about the PDF. They are on the list of Debian packages that tests install.
@Suite struct PDFReportTests {
  private func pdf() throws -> [UInt8] {
    try RenderedStudy.file("report.pdf", RenderedStudy.published.get().1)
  }

  @Test func `qpdf finds nothing wrong`() throws {
    try RenderedStudy.withFile(try pdf()) { path in
      let check = try RenderedStudy.run("qpdf", ["--check", path])
      #expect(check.code == 0, "\(check.output)")
      #expect(check.output.contains("No syntax or stream encoding errors"))
    }
  }

  @Test func `it is tagged, titled and has fixed dates`() throws {
    try RenderedStudy.withFile(try pdf()) { path in
      let info = try RenderedStudy.run("pdfinfo", [path]).output
      #expect(info.contains(/Tagged:\s+yes/))
      #expect(info.contains(/Title:\s+Audit of/))
      #expect(info.contains("2000"), "the creation date must not be the clock")
      #expect(info.contains(/Page size:\s+595/))
    }
  }

  @Test func `every font is embedded and can be read back`() throws {
    try RenderedStudy.withFile(try pdf()) { path in
      let lines = try RenderedStudy.run("pdffonts", [path]).output.split(separator: "\n")
      #expect(lines.count > 2)
      for line in lines.dropFirst(2) {
        let flags = line.split(separator: " ").filter { $0 == "yes" || $0 == "no" }
        #expect(flags.prefix(3) == ["yes", "yes", "yes"], "\(line)")
      }
    }
  }

  @Test func `language, alternative texts and header scope are in the structure`() throws {
    try RenderedStudy.withFile(try pdf()) { path in
      let text = try RenderedStudy.run("qpdf", ["--qdf", "--object-streams=disable", path, "-"])
        .output
      #expect(text.contains("/Lang (en)"))
      #expect(text.contains("/DisplayDocTitle true"))
      #expect(text.contains("/Scope /Column"))
      let figures = text.matches(of: /\/S \/Figure/).count
      #expect(figures >= 8)
      #expect(text.matches(of: /\/Alt </).count == figures)
    }
  }

  @Test func `prose and PDF say the same`() throws {
    try RenderedStudy.withFile(try pdf()) { path in
      let text = try RenderedStudy.run("pdftotext", ["-layout", path, "-"]).output
      let (result, _) = try RenderedStudy.published.get()
      for section in ["What holds, what does not", "Findings", "Provenance and downloads"] {
        #expect(text.contains(section))
      }
      for finding in result.findings where finding.severity == .critical {
        #expect(text.contains(finding.id), "\(finding.id) is not in the PDF")
      }
    }
  }
}
