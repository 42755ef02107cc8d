/// Splits RFC 4180 text into records. Accepts LF and CRLF; a quoted field may span lines.
struct CSVScanner {
  struct Failure: Error {
    let line: Int
    let column: Int
    let message: String
    let remedy: String
  }

  /// Bounds memory for a file that is all commas.
  static let maximumFields = 100
  static let maximumRecords = 10_001

  private let bytes: [UInt8]
  private var records = 0
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(text: String) { bytes = Array(text.utf8) }

  /// The next record, or `nil` at the end. Empty lines and lines that start with `#` are skipped.
  mutating func next() throws(Failure) -> [CSVTable.Field]? {
    skipBlankLinesAndComments()
    guard position < bytes.count else { return nil }
    records += 1
    guard records <= Self.maximumRecords else {
      throw Failure(
        line: line, column: 1, message: "the table has more than \(Self.maximumRecords - 1) rows",
        remedy: "check that this is the right file")
    }
    var fields: [CSVTable.Field] = []
    while true {
      guard fields.count < Self.maximumFields else {
        throw Failure(
          line: line, column: column(of: position),
          message: "the row has more than \(Self.maximumFields) fields",
          remedy: "check that this is the right file")
      }
      fields.append(try field())
      if position >= bytes.count { return fields }
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: ",") { continue }
      if byte == 0x0D { position += 1 }
      line += 1
      lineStart = position
      return fields
    }
  }

  private mutating func skipBlankLinesAndComments() {
    while position < bytes.count {
      var end = position
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let isBlank = bytes[position..<end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard isBlank || bytes[position] == UInt8(ascii: "#") else { return }
      position = min(end + 1, bytes.count)
      line += 1
      lineStart = position
    }
  }

  private mutating func field() throws(Failure) -> CSVTable.Field {
    let startLine = line
    let startColumn = column(of: position)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      let start = position
      while position < bytes.count, !isFieldEnd(position) {
        guard bytes[position] != UInt8(ascii: "\"") else {
          throw Failure(
            line: line, column: column(of: position),
            message: "a double quote inside a field that does not start with one",
            remedy: "put the whole field into double quotes and double the inner ones")
        }
        position += 1
      }
      return CSVTable.Field(
        text: String(decoding: bytes[start..<position], as: UTF8.self), line: startLine,
        column: startColumn)
    }
    position += 1
    var content: [UInt8] = []
    while true {
      guard position < bytes.count else {
        throw Failure(
          line: startLine, column: startColumn, message: "the quoted field has no end",
          remedy: "close it with a double quote")
      }
      let byte = bytes[position]
      position += 1
      if byte != UInt8(ascii: "\"") {
        content.append(byte)
        if byte == 0x0A {
          line += 1
          lineStart = position
        }
        continue
      }
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        content.append(byte)
        position += 1
        continue
      }
      guard position >= bytes.count || isFieldEnd(position) else {
        throw Failure(
          line: line, column: column(of: position), message: "text after the closing double quote",
          remedy: "double the quotes inside the field")
      }
      return CSVTable.Field(
        text: String(decoding: content, as: UTF8.self), line: startLine, column: startColumn)
    }
  }

  private func isFieldEnd(_ index: Int) -> Bool {
    let byte = bytes[index]
    return byte == UInt8(ascii: ",") || byte == 0x0A
      || (byte == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A)
  }

  /// Characters, not bytes, so that editors agree: continuation bytes do not count.
  private func column(of index: Int) -> Int {
    bytes[lineStart..<index].count { $0 & 0xC0 != 0x80 } + 1
  }
}
