import Glibc

/// Reads the LIBSVM text format: `label index:value index:value … # comment`.
///
/// Indices must ascend within a line. Files count from 1 or, as scikit-learn writes by default, from
/// 0; with ``IndexBase/automatic`` an index 0 anywhere makes the file 0-based, as in
/// `sklearn.datasets.load_svmlight_file`. Columns are reported from 0 either way.
package struct LibSVMReader {
  package enum IndexBase: String, Sendable, CaseIterable {
    case automatic = "auto"
    case zero = "0"
    case one = "1"
  }

  package var indexBase = IndexBase.automatic
  /// At least this many columns; `nil` takes the largest index.
  package var columnCount: Int?
  /// Indices above this are refused: an index is cheap to write and must not decide about memory.
  package static let largestIndex = 1 << 31

  package init() {}

  package func read(path: String) throws(ClassifierError) -> SparseMatrix {
    let file = try MappedFile(path: path)
    return try parse(file.bytes, name: path)
  }

  /// - Parameter name: how messages call the input.
  package func parse(
    _ bytes: UnsafeRawBufferPointer, name: String
  ) throws(ClassifierError) -> SparseMatrix {
    var matrix = SparseMatrix()
    var cursor = TextCursor(bytes: bytes, name: name)
    var smallest = Int.max
    var largest = -1
    while !cursor.isAtEnd {
      cursor.skipBlanks()
      if cursor.isAtLineEnd {
        cursor.nextLine()
        continue
      }
      let label = try cursor.number(called: "label")
      var previous = -1
      while true {
        let separated = cursor.skipBlanks()
        if cursor.isAtLineEnd { break }
        guard separated else { throw cursor.error("expected a blank before the next entry") }
        if cursor.skip("qid:") {
          _ = try cursor.number(called: "qid")
          continue
        }
        let place = cursor
        let index = try cursor.index(limit: Self.largestIndex)
        guard index > previous else {
          throw place.error(
            "index \(index) after \(previous): indices must ascend within a line")
        }
        previous = index
        guard cursor.skip(":") else { throw cursor.error("expected ':' after the index") }
        let value = try cursor.number(called: "value")
        smallest = min(smallest, index)
        largest = max(largest, index)
        if value != 0 {
          matrix.columns.append(UInt32(index))
          matrix.values.append(value)
        }
      }
      matrix.labels.append(label)
      matrix.starts.append(matrix.columns.count)
      cursor.nextLine()
    }
    guard matrix.rowCount > 0 else {
      throw .malformed(file: name, line: 1, column: 1, message: "no rows")
    }
    let isZeroBased =
      switch indexBase {
      case .automatic: smallest == 0
      case .zero: true
      case .one: false
      }
    if !isZeroBased {
      guard smallest > 0 else {
        throw .malformed(
          file: name, line: 1, column: 0, message: "index 0 in a file that counts from 1")
      }
      for entry in matrix.columns.indices { matrix.columns[entry] -= 1 }
      largest -= 1
    }
    let found = max(largest + 1, 0)
    if let columnCount, columnCount < found {
      throw .invalidArgument(
        name: "features", message: "\(columnCount) columns stated, the file has \(found)")
    }
    matrix.columnCount = columnCount ?? found
    return matrix
  }
}

/// A position in a text with numbers.
private struct TextCursor {
  let bytes: UnsafeRawBufferPointer
  let name: String
  var position = 0
  var line = 1
  var lineStart = 0

  init(bytes: UnsafeRawBufferPointer, name: String) {
    self.bytes = bytes
    self.name = name
  }

  var isAtEnd: Bool { position >= bytes.count }

  var isAtLineEnd: Bool {
    isAtEnd || bytes[position] == UInt8(ascii: "\n") || bytes[position] == UInt8(ascii: "#")
  }

  func error(_ message: String) -> ClassifierError {
    .malformed(file: name, line: line, column: position - lineStart + 1, message: message)
  }

  @discardableResult
  mutating func skipBlanks() -> Bool {
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { break }
      position += 1
    }
    return position > start
  }

  mutating func nextLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    position += 1
    line += 1
    lineStart = position
  }

  mutating func skip(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { return false }
    position += count
    return true
  }

  mutating func index(limit: Int) throws(ClassifierError) -> Int {
    let start = position
    var value = 0
    while position < bytes.count, case let digit = Int(bytes[position]) - 48, (0...9) ~= digit {
      value = value * 10 + digit
      guard value <= limit else { throw error("the index is larger than \(limit)") }
      position += 1
    }
    guard position > start else { throw error("expected an index") }
    return value
  }

  /// A decimal number. Short ones are exact products (Clinger 1990, doi:10.1145/93542.93557); the
  /// rest goes through the standard library's correctly rounded conversion.
  mutating func number(called what: String) throws(ClassifierError) -> Double {
    let start = position
    var isNegative = false
    if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
      isNegative = bytes[position] == 0x2D
      position += 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var hasDigits = false
    var seenPoint = false
    scan: while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case 0x30...0x39:
        hasDigits = true
        if mantissa > 0 || byte > 0x30 { digits += 1 }
        if digits <= 19 { mantissa = mantissa &* 10 &+ UInt64(byte - 0x30) }
        if seenPoint { exponent -= 1 }
      case 0x2E where !seenPoint: seenPoint = true
      default: break scan
      }
      position += 1
    }
    guard hasDigits else {
      position = start
      throw error("expected a finite number as \(what)")
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      var sign = 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
        sign = bytes[position] == 0x2D ? -1 : 1
        position += 1
      }
      var power = 0
      let first = position
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
        power = min(power * 10 + Int(bytes[position] - 0x30), 100_000)
        position += 1
      }
      guard position > first else { throw error("an exponent needs a digit") }
      exponent += sign * power
    }
    if digits <= 15, (-22...22).contains(exponent) {
      let power = Self.powers[abs(exponent)]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      return isNegative ? -value : value
    }
    guard position - start <= 4096,
      let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite
    else {
      position = start
      throw error("the \(what) is out of range")
    }
    return value
  }

  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
