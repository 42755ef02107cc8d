import Foundation
import Provenance

/// Adds what Cairo cannot write by a deterministic incremental update: language, title display,
/// alternative texts of figures, scope of header cells, file identifier.
///
/// Cairo 1.16 writes one classic cross-reference table and plain dictionaries, so the update is an
/// append: new versions of a few objects, a new table that points back to the old one.
/// Source: ISO 32000-1, 7.5.6 (incremental updates), 14.8.4 and 14.8.5 (structure attributes).
struct PDFCatalogueUpdate {
  let language: String
  /// One per `Figure` element, in order.
  let alternatives: [String]

  /// - Throws: ``ReportError/pdf(step:reason:)`` when the file is not laid out as expected.
  func applied(to file: [UInt8]) throws(ReportError) -> [UInt8] {
    let text = PDFObjects(file)
    guard let table = text.crossReferenceOffset, let root = text.trailerReference("/Root"),
      let size = text.trailerNumber("/Size")
    else { throw .pdf(step: "reading the trailer", reason: "unexpected layout") }

    var updates: [(number: Int, body: String)] = []
    guard let catalogue = text.body(of: root) else {
      throw .pdf(step: "reading the catalogue", reason: "object \(root) is missing")
    }
    updates.append(
      (
        root,
        Self.adding(
          "/Lang (\(language)) /ViewerPreferences << /DisplayDocTitle true >>", to: catalogue)
      ))
    var figures = alternatives[...]
    for number in text.numbers {
      guard let body = text.body(of: number), body.contains("/StructElem") else { continue }
      if Self.hasType("/Figure", body), let words = figures.popFirst() {
        updates.append((number, Self.adding("/Alt \(Self.textString(words))", to: body)))
      } else if Self.hasType("/TH", body) {
        updates.append((number, Self.adding("/A << /O /Table /Scope /Column >>", to: body)))
      }
    }
    updates.sort { $0.number < $1.number }
    let identifier = SHA256Hex(of: file).description.prefix(32)
    let info = text.trailerReference("/Info").map { "/Info \($0) 0 R " } ?? ""
    return Self.append(
      updates, to: file,
      trailer: "<< /Size \(size) /Root \(root) 0 R \(info)/Prev \(table) "
        + "/ID [<\(identifier)> <\(identifier)>] >>")
  }

  private static func append(
    _ updates: [(number: Int, body: String)], to file: [UInt8], trailer: String
  ) -> [UInt8] {
    var result = file
    if result.last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
    var table = "xref\n"
    for (number, body) in updates {
      let offset = String(result.count)
      let padded = String(repeating: "0", count: max(0, 10 - offset.count)) + offset
      table += "\(number) 1\n\(padded) 00000 n \n"
      result += Array("\(number) 0 obj\n\(body)\nendobj\n".utf8)
    }
    let start = result.count
    result += Array("\(table)trailer\n\(trailer)\nstartxref\n\(start)\n%%EOF\n".utf8)
    return result
  }

  /// The dictionary with more entries before its last `>>`.
  private static func adding(_ entries: String, to dictionary: String) -> String {
    guard let end = dictionary.range(of: ">>", options: .backwards) else { return dictionary }
    return dictionary[..<end.lowerBound] + entries + "\n" + dictionary[end.lowerBound...]
  }

  private static func hasType(_ type: String, _ body: String) -> Bool {
    guard let place = body.range(of: "/S \(type)") else { return false }
    let next = body[place.upperBound...].first
    return next.map { !$0.isLetter && !$0.isNumber } ?? true
  }

  /// A text string in UTF-16 with byte-order mark, as hexadecimal: nothing in it can end it.
  private static func textString(_ text: String) -> String {
    var hexadecimal = "FEFF"
    for unit in text.utf16 {
      let digits = String(unit, radix: 16, uppercase: true)
      hexadecimal += String(repeating: "0", count: 4 - digits.count) + digits
    }
    return "<\(hexadecimal)>"
  }
}
