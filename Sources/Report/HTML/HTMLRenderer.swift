import CTemplates
import Charts
import Mustache
import Provenance

/// Renders a report document to one self-contained HTML file: no script, no request, strict
/// content-security policy.
public struct HTMLRenderer: Sendable {
  private let document: ReportDocument
  private let generator: String
  private let inputs: String
  private let kind: String

  /// - Parameters:
  ///   - generator: name and version of the tool.
  ///   - inputs: what the report was made from, for the footer: a content hash.
  ///   - kind: the line above the title.
  public init(
    _ document: ReportDocument, generator: String, inputs: String,
    kind: String = "Referee audit report"
  ) {
    self.document = document
    self.generator = generator
    self.inputs = inputs
    self.kind = kind
  }

  /// - Throws: ``ReportError`` when a template is broken or a chart cannot be drawn.
  public func render() throws -> String {
    let template = try MustacheTemplate(string: try Self.template("report.mustache"))
    let style = try Self.template("report.css") + Theme.css
    let glyphs = try GlyphLibrary()
    let body = try document.sections.map { try section($0, glyphs) }.joined(separator: "\n")
    return template.render([
      "language": document.language,
      "title": HTMLText.escape(document.title),
      "subtitle": HTMLText.escape(document.subtitle),
      "generator": generator,
      "inputs": inputs,
      "kind": kind,
      "styleHash": Base64.encode(SHA256Hex(of: style).bytes),
      "style": style,
      "firstSection": document.sections.first.map { HTMLText.anchor($0.id) } ?? "",
      "facts": document.headerFacts.map { ["name": $0.name, "value": Self.html($0.value)] },
      "contents": document.sections.map {
        ["id": HTMLText.anchor($0.id), "title": HTMLText.escape($0.title)]
      },
      "body": glyphs.svg + body,
    ])
  }

  static func template(_ name: String) throws -> String {
    guard let file = referee_template_named(name)?.pointee else {
      throw ReportError.missingTemplate(name)
    }
    return String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.size), as: UTF8.self)
  }

  private func section(_ section: ReportSection, _ glyphs: GlyphLibrary) throws -> String {
    let id = HTMLText.anchor(section.id)
    let lead = section.lead.isEmpty ? "" : "<p class=\"lead\">\(Self.html(section.lead))</p>\n"
    return """
      <section id="\(id)" aria-labelledby="\(id)-h">
      <h2 id="\(id)-h">\(HTMLText.escape(section.title))</h2>
      \(lead)\(try section.blocks.map { try block($0, glyphs) }.joined(separator: "\n"))
      </section>
      """
  }

  private func block(_ block: ReportBlock, _ glyphs: GlyphLibrary) throws -> String {
    switch block {
    case .heading(let title, let id):
      return "<h3 id=\"\(HTMLText.anchor(id))\">\(HTMLText.escape(title))</h3>"
    case .paragraph(let text):
      return "<p>\(Self.html(text))</p>"
    case .list(let items):
      return "<ul>\(items.map { "<li>\(Self.html($0))</li>" }.joined())</ul>"
    case .keyPoints(let points):
      let items = points.map { point in
        "<li>\(point.mark.map(Self.verdict) ?? Self.severity(point.severity))<span>\(Self.html(point.text)) "
          + "<a href=\"#\(HTMLText.anchor(point.target))\">Evidence</a></span></li>"
      }
      return "<ol class=\"key\">\(items.joined(separator: "\n"))</ol>"
    case .table(let table):
      return Self.table(table)
    case .figure(let figure):
      return try self.figure(figure, glyphs)
    case .finding(let card):
      return finding(card)
    case .details(let summary, let blocks):
      let inner = try blocks.map { try self.block($0, glyphs) }.joined(separator: "\n")
      return "<details><summary>\(HTMLText.escape(summary))</summary>\n\(inner)\n</details>"
    }
  }

  private func figure(_ figure: ReportFigure, _ glyphs: GlyphLibrary) throws -> String {
    let id = HTMLText.anchor(figure.id)
    let number = document.figures.firstIndex { $0.id == figure.id }.map { $0 + 1 } ?? 0
    let wide = try figure.chart.svg(id: "c\(number)w", includesHeading: false, glyphs: glyphs)
    let narrow = try figure.chart.svg(
      id: "c\(number)n", width: 320, includesHeading: false, glyphs: glyphs)
    // A square chart would be blown up to the width of the page.
    let size = type(of: figure.chart).naturalWidth < 600 ? "chart-wide chart-square" : "chart-wide"
    return """
      <figure id="\(id)">
      <h3>\(Self.html(figure.title))</h3>
      <p class="measure">\(Self.html(figure.subtitle))</p>
      <div class="\(size)">\(wide)</div>
      <div class="chart-narrow">\(narrow)</div>
      <figcaption>\(Self.html(figure.caption)) Source: \(HTMLText.escape(figure.source)).</figcaption>
      <details><summary>Data table</summary>\(Self.table(figure.table))</details>
      <details><summary>How to read this chart</summary><p>\(HTMLText.escape(figure.howToRead))</p></details>
      </figure>
      """
  }

  private func finding(_ card: FindingCard) -> String {
    let claims = card.claims.map { claim in
      "<p class=\"claim\"><q>\(HTMLText.escape(claim.quote))</q> "
        + "<span class=\"place\">\(HTMLText.escape(claim.place))</span> \(Self.verdict(claim.mark))</p>"
    }
    let remedy = card.remedy.isEmpty ? "" : "<p class=\"remedy\">\(Self.html(card.remedy))</p>"
    return """
      <article class="finding sev-\(card.severity)" id="\(HTMLText.anchor(card.anchor))">
      <p class="meta"><span class="sev sev-\(card.severity)">\(HTMLText.escape(card.severity))</span>\
      <a href="#rule-\(HTMLText.anchor(card.rule))">\(HTMLText.escape(card.rule))</a>\
      <code>\(HTMLText.escape(card.id))</code></p>
      <h4>\(Self.html(card.title))</h4>
      \(claims.joined(separator: "\n"))
      <p>\(Self.html(card.sentence))</p>
      \(remedy)
      <details><summary>Numbers, methods and sources</summary>\(Self.table(card.evidence, hasDownload: false))</details>
      </article>
      """
  }

  // MARK: - Pieces

  static func verdict(_ mark: ClaimMark) -> String {
    "<span class=\"v v-\(HTMLText.anchor(mark.rawValue.replacing(" ", with: "-")))\">"
      + "<span aria-hidden=\"true\">\(mark.shape)</span> \(mark.rawValue)</span>"
  }

  static func severity(_ word: String) -> String {
    "<span class=\"sev sev-\(HTMLText.anchor(word))\">\(HTMLText.escape(word))</span>"
  }

  static func html(_ text: RichText) -> String {
    text.runs.map { run in
      switch run {
      case .words(let words): HTMLText.escape(words)
      case .sourced(let words, let source):
        "<span data-source=\"\(HTMLText.escape(source))\">\(HTMLText.escape(words))</span>"
      case .strong(let words): "<strong>\(HTMLText.escape(words))</strong>"
      case .code(let words): "<code>\(HTMLText.escape(words))</code>"
      case .quote(let words): "<q>\(HTMLText.escape(words))</q>"
      case .link(let words, let target): link(words, target)
      }
    }.joined()
  }

  /// Only places in the report and DOIs are links; any other target is shown as text.
  private static func link(_ words: String, _ target: String) -> String {
    if target.hasPrefix("#") {
      return
        "<a href=\"#\(HTMLText.anchor(String(target.dropFirst())))\">\(HTMLText.escape(words))</a>"
    }
    if target.hasPrefix("https://doi.org/") || target.hasPrefix("https://arxiv.org/") {
      return "<a href=\"\(HTMLText.escape(target))\">\(HTMLText.escape(words))</a>"
    }
    return HTMLText.escape(words)
  }

  static func table(_ table: ReportTable, hasDownload: Bool = true) -> String {
    func attribute(_ index: Int) -> String {
      table.columns.indices.contains(index) && table.columns[index].alignment == .right
        ? " class=\"r\"" : ""
    }
    let head = table.columns.enumerated().map { index, column in
      "<th scope=\"col\"\(attribute(index))>\(HTMLText.escape(column.title))</th>"
    }.joined()
    let rows = table.rows.enumerated().map { index, row in
      let anchor =
        table.rowAnchors.indices.contains(index)
        ? " id=\"\(HTMLText.anchor(table.rowAnchors[index]))\"" : ""
      let cells = row.enumerated().map { index, cell -> String in
        // A cell that is one sourced number needs no element of its own for it.
        if case .sourced(let words, let source)? = cell.runs.first, cell.runs.count == 1 {
          return "<td\(attribute(index)) data-source=\"\(HTMLText.escape(source))\">"
            + "\(HTMLText.escape(words))</td>"
        }
        return "<td\(attribute(index))>\(html(cell))</td>"
      }
      return "<tr\(anchor)>\(cells.joined())</tr>"
    }
    let id = HTMLText.anchor(table.id)
    let download =
      hasDownload
      ? " <a class=\"download\" download=\"\(id).csv\" href=\"data:text/csv;base64,"
        + "\(Base64.encode(Array(table.csv.utf8)))\">CSV</a>" : ""
    return """
      <div class="scroll"><table id="\(id)-table">
      <caption>\(HTMLText.escape(table.caption))\(download)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></div>
      """
  }
}
