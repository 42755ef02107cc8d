/// Splits CSV (RFC 4180) into records of byte ranges without copying a field that needs no
/// unescaping. Accepts LF and CRLF; a quoted field may span lines.
struct RecordReader {
  static let maximumFields = 1_000
  /// A record that is longer is a quote that was never closed.
  static let maximumRecordBytes = 16 << 20

  /// The fields of one record. Valid inside the call only.
  struct Record {
    fileprivate let base: UnsafePointer<UInt8>
    fileprivate let fields: [Range<Int>]
    /// 1-based line on which the record starts.
    let line: Int
    /// Why the record is none, if so.
    let problem: String?

    var count: Int { fields.count }

    subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(start: base + fields[index].lowerBound, count: fields[index].count)
    }
  }

  private let file: InputFile
  private let delimiter: UInt8

  init(_ file: InputFile, delimiter: UInt8) {
    self.file = file
    self.delimiter = delimiter
  }

  /// Calls `body` for each record; blank lines are passed over and counted.
  /// - Returns: the number of blank lines.
  /// - Throws: ``ImportError`` and what `body` throws.
  func forEachRecord(_ body: (Record) throws -> Void) throws -> Int {
    var state = State(delimiter: delimiter, path: file.path)
    var buffer: [UInt8] = []
    var isFirst = true
    try file.forEachChunk { chunk in
      buffer.append(contentsOf: chunk)
      if isFirst && buffer.count >= 3 {
        isFirst = false
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { buffer.removeFirst(3) }
      }
      let used = try state.scan(&buffer, isLast: false, body)
      buffer.removeFirst(used)
      guard buffer.count <= Self.maximumRecordBytes else {
        throw ImportError.malformed(
          path: file.path, line: state.line,
          reason: "the record is longer than \(Self.maximumRecordBytes >> 20) MiB; "
            + "a quote may not be closed")
      }
    }
    _ = try state.scan(&buffer, isLast: true, body)
    return state.blankCount
  }

  private struct State {
    let delimiter: UInt8
    let path: String
    var line = 1
    var blankCount = 0
    private var fields: [Range<Int>] = []

    init(delimiter: UInt8, path: String) {
      self.delimiter = delimiter
      self.path = path
    }

    /// Scans whole records from the front and returns how many bytes they were.
    mutating func scan(
      _ buffer: inout [UInt8], isLast: Bool, _ body: (Record) throws -> Void
    ) throws -> Int {
      var position = 0
      try buffer.withUnsafeMutableBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        while position < bytes.count {
          guard let record = record(base, from: position, count: bytes.count, isLast: isLast)
          else { return }
          let startLine = line
          position = record.end
          line += record.lines
          let isBlank = fields.count == 1 && fields[0].isEmpty && record.problem == nil
          if isBlank {
            blankCount += 1
            continue
          }
          try body(
            Record(
              base: UnsafePointer(base), fields: fields, line: startLine,
              problem: record.problem))
        }
      }
      return position
    }

    private struct Extent {
      let end: Int
      let lines: Int
      let problem: String?
    }

    /// Finds the fields of the record that starts at `start`; `nil` when its end is not in the
    /// buffer. Doubled quotes are removed in place: a record is scanned once.
    private mutating func record(
      _ base: UnsafeMutablePointer<UInt8>, from start: Int, count: Int, isLast: Bool
    ) -> Extent? {
      // Whether the record is whole is decided before anything is moved.
      guard let stop = extent(base, from: start, count: count, isLast: isLast) else { return nil }
      fields.removeAll(keepingCapacity: true)
      if let problem = stop.problem {
        fields.append(start..<start)
        return stop.problem == nil
          ? nil : Extent(end: stop.end, lines: stop.lines, problem: problem)
      }
      var last = stop.end
      if last > start, base[last - 1] == 0x0A { last -= 1 }
      if last > start, base[last - 1] == 0x0D { last -= 1 }
      var position = start
      while true {
        if fields.count == RecordReader.maximumFields {
          return Extent(
            end: stop.end, lines: stop.lines,
            problem: "the row has more than \(RecordReader.maximumFields) fields")
        }
        if position < last, base[position] == UInt8(ascii: "\"") {
          position = quoted(base, from: position, last: last)
        } else {
          let from = position
          while position < last, base[position] != delimiter { position += 1 }
          fields.append(from..<position)
        }
        guard position < last else { break }
        position += 1
        if position == last {
          fields.append(last..<last)
          break
        }
      }
      return stop
    }

    private mutating func quoted(
      _ base: UnsafeMutablePointer<UInt8>, from start: Int, last: Int
    ) -> Int {
      var position = start + 1
      var write = position
      while position < last {
        if base[position] == UInt8(ascii: "\"") {
          guard position + 1 < last, base[position + 1] == UInt8(ascii: "\"") else { break }
          position += 1
        }
        base[write] = base[position]
        write += 1
        position += 1
      }
      fields.append(start + 1..<write)
      return min(position + 1, last)
    }

    /// Where the record ends, with its quotes checked; `nil` when more bytes are needed.
    private func extent(
      _ base: UnsafeMutablePointer<UInt8>, from start: Int, count: Int, isLast: Bool
    ) -> Extent? {
      var position = start
      var isQuoted = false
      var isFieldStart = true
      var lines = 0
      var problem: String?
      while position < count {
        let byte = base[position]
        if isQuoted {
          if byte == 0x0A { lines += 1 }
          if byte == UInt8(ascii: "\"") {
            guard position + 1 < count || isLast else { return nil }
            let next = position + 1 < count ? base[position + 1] : 0x0A
            if next == UInt8(ascii: "\"") {
              position += 1
            } else {
              isQuoted = false
              if next != delimiter && next != 0x0A && next != 0x0D {
                problem = problem ?? "text after a closing double quote"
              }
            }
          }
        } else if byte == 0x0A {
          return Extent(end: position + 1, lines: lines + 1, problem: problem)
        } else if byte == UInt8(ascii: "\"") {
          if isFieldStart {
            isQuoted = true
          } else {
            problem = problem ?? "a double quote inside a field that does not start with one"
          }
        }
        isFieldStart = !isQuoted && byte == delimiter
        position += 1
      }
      guard isLast, position > start else { return nil }
      if isQuoted { problem = "a quoted field has no end" }
      return Extent(end: position, lines: lines + 1, problem: problem)
    }
  }
}
