/// Comma-separated text (RFC 4180) with the line on which each record starts.
enum DelimitedText {
  struct Row: Equatable {
    let line: Int
    let fields: [String]
  }

  /// - Throws: ``PipelineError/badLine(path:line:problem:)`` for a quote that is never closed.
  static func rows(_ text: String, path: String) throws(PipelineError) -> [Row] {
    var rows: [Row] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var (line, start, isQuoted) = (1, 1, false)
    let bytes = Array(text.utf8)
    var index = 0
    func end() {
      fields.append(String(decoding: field, as: UTF8.self))
      field = []
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true):
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      case (UInt8(ascii: "\""), false) where field.isEmpty: isQuoted = true
      case (UInt8(ascii: ","), false): end()
      case (0x0D, false) where index < bytes.count && bytes[index] == 0x0A: continue
      case (0x0A, false):
        end()
        rows.append(Row(line: start, fields: fields))
        fields = []
        line += 1
        start = line
      default:
        if byte == 0x0A { line += 1 }
        field.append(byte)
      }
    }
    guard !isQuoted else {
      throw .badLine(path: path, line: start, problem: "a quotation mark is never closed")
    }
    if !field.isEmpty || !fields.isEmpty {
      end()
      rows.append(Row(line: start, fields: fields))
    }
    return rows
  }
}
