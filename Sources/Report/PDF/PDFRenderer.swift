import CPangoCairo
import Charts
import Provenance

/// Renders a report document to one tagged PDF: outline, links, embedded fonts, alternative texts.
///
/// Cairo 1.16 cannot mark artifacts or write XMP, so this is a tagged PDF and not PDF/UA; the HTML
/// file is the accessible master.
public struct PDFRenderer: Sendable {
  private let document: ReportDocument
  private let generator: String
  private let inputs: String

  public init(_ document: ReportDocument, generator: String, inputs: String) {
    self.document = document
    self.generator = generator
    self.inputs = inputs
  }

  /// - Throws: ``ReportError/pdf(step:reason:)`` and drawing errors.
  public func render() throws -> [UInt8] {
    let writer = try PDFPageWriter(
      title: document.title, subject: document.subtitle, creator: generator)
    let flow = PDFFlow(writer, footer: "\(document.title) · \(generator)")
    try flow.titleBlock(document)
    for section in document.sections { try flow.section(section) }
    try flow.footer()
    let plain = try writer.finish()
    return try PDFCatalogueUpdate(
      language: document.language, alternatives: document.figures.map(\.alternativeText)
    ).applied(to: plain)
  }
}

extension ReportFigure {
  /// What stands for the picture where it cannot be seen.
  var alternativeText: String { title.plainText + ". " + chart.summary }
}
