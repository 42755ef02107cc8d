import Foundation

/// The objects of a PDF file that has one classic cross-reference table.
struct PDFObjects {
  private let file: [UInt8]
  private let offsets: [Int: Int]
  /// Start of an object → start of what follows it in the file.
  private let ends: [Int: Int]
  private let trailer: String
  /// Byte offset of the cross-reference table.
  let crossReferenceOffset: Int?

  init(_ file: [UInt8]) {
    self.file = file
    let tail = String(decoding: file.suffix(2048), as: UTF8.self)
    let offset = tail.range(of: "startxref", options: .backwards).flatMap { place in
      Int(tail[place.upperBound...].split(whereSeparator: \.isWhitespace).first ?? "")
    }
    guard let offset, offset < file.count else {
      crossReferenceOffset = nil
      offsets = [:]
      ends = [:]
      trailer = ""
      return
    }
    crossReferenceOffset = offset
    let section = String(decoding: file[offset...], as: UTF8.self)
    let parts = section.components(separatedBy: "trailer")
    trailer = parts.count > 1 ? parts[1] : ""
    var offsets: [Int: Int] = [:]
    var next = 0
    for line in parts[0].split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      if fields.count == 2 {
        next = Int(fields[0]) ?? 0
      } else if fields.count >= 3 {
        if fields[2].hasPrefix("n"), let place = Int(fields[0]) { offsets[next] = place }
        next += 1
      }
    }
    self.offsets = offsets
    let starts = offsets.values.sorted() + [offset]
    ends = Dictionary(zip(starts, starts.dropFirst()), uniquingKeysWith: { first, _ in first })
  }

  /// Object numbers in ascending order.
  var numbers: [Int] { offsets.keys.sorted() }

  /// The text between `obj` and `endobj`; `nil` for streams and missing objects.
  func body(of number: Int) -> String? {
    guard let start = offsets[number], start < file.count else { return nil }
    let end = ends[start] ?? file.count
    // Structure elements and the catalogue are short; streams are not looked into.
    guard end - start < 1 << 20 else { return nil }
    let object = String(decoding: file[start..<end], as: UTF8.self)
    guard let open = object.range(of: "obj"),
      let close = object.range(of: "endobj", options: .backwards)
    else { return nil }
    let body = object[open.upperBound..<close.lowerBound]
    return body.contains("stream\n") || body.contains("stream\r")
      ? nil : body.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  func trailerReference(_ key: String) -> Int? { trailerNumber(key) }

  /// The first integer after a key of the trailer.
  func trailerNumber(_ key: String) -> Int? {
    trailer.range(of: key).flatMap { place in
      trailer[place.upperBound...].split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
  }
}
