/// The numbers of a chart as text cells, for the data table and the CSV.
public struct ChartTable: Codable, Hashable, Sendable {
  /// One title per column, with the unit.
  public let header: [String]
  /// One array per row, as long as the header.
  public let rows: [[String]]

  public init(header: [String], rows: [[String]]) {
    self.header = header
    self.rows = rows.map { row in
      let cut = Array(row.prefix(header.count))
      return cut + Array(repeating: "", count: header.count - cut.count)
    }
  }

  /// RFC 4180 with line feeds. Typographic minus and blanks become ASCII so that programs read the
  /// numbers; a text cell that a spreadsheet would run as a formula gets a leading apostrophe.
  public var csv: String {
    ([header] + rows).map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
  }

  private static func field(_ cell: String) -> String {
    var text = ""
    for scalar in cell.unicodeScalars {
      switch scalar {
      case "\u{2212}": text += "-"
      case "\u{202F}", "\u{00A0}", "\u{2009}": text += " "
      default: text.unicodeScalars.append(scalar)
      }
    }
    if let first = text.first, "=+-@\t\r".contains(first), !isNumeric(text) { text = "'" + text }
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  private static func isNumeric(_ text: String) -> Bool {
    let allowed: Set<Character> = Set("0123456789+-.%eE ×[],p⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
    return text.contains(where: \.isNumber) && text.allSatisfy(allowed.contains)
  }
}
