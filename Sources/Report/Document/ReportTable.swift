/// A table of the report. Its CSV holds the same cells.
public struct ReportTable: Sendable {
  public enum Alignment: Hashable, Sendable { case left, right }

  public struct Column: Hashable, Sendable {
    public let title: String
    public let alignment: Alignment

    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  /// Anchor and name of the CSV file.
  public let id: String
  public let caption: String
  public let columns: [Column]
  public let rows: [[RichText]]
  /// Where the rows come from, one line.
  public let source: String
  /// Anchors of the rows, for links to them; empty or one a row.
  public let rowAnchors: [String]

  public init(
    id: String, caption: String, columns: [Column], rows: [[RichText]], source: String,
    rowAnchors: [String] = []
  ) {
    self.id = id
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.source = source
    self.rowAnchors = rowAnchors
  }

  /// RFC 4180 with a header line. A cell that a spreadsheet could take for a formula gets a leading
  /// apostrophe, because the text may be somebody else's.
  public var csv: String {
    let lines = [columns.map(\.title)] + rows.map { $0.map(\.plainText) }
    return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func csvField(_ text: String) -> String {
    var field = text
    let isNumber = Double(text.replacing("\u{2212}", with: "-")) != nil
    if let first = text.first, "=+-@\t\r".contains(first), !isNumber { field = "'" + text }
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
