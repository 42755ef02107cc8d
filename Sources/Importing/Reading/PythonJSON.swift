internal import CanonicalJSON

/// JSON as Python writes it.
enum PythonJSON {
  /// The bytes with `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON has not,
  /// replaced by `null` of the same meaning here: not a number, unscored.
  static func withoutConstants(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "N")) || bytes.contains(UInt8(ascii: "I")) else {
      return bytes
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
    var position = 0
    var isText = false
    while position < bytes.count {
      let byte = bytes[position]
      if isText {
        if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
          result.append(byte)
          position += 1
          result.append(bytes[position])
          position += 1
          continue
        }
        if byte == UInt8(ascii: "\"") { isText = false }
      } else if byte == UInt8(ascii: "\"") {
        isText = true
      } else if byte == UInt8(ascii: "N") || byte == UInt8(ascii: "I")
        || byte == UInt8(ascii: "-"),
        let word = words.first(where: { bytes[position...].starts(with: $0) })
      {
        result.append(contentsOf: Array("null".utf8))
        position += word.count
        continue
      }
      result.append(byte)
      position += 1
    }
    return result
  }

  /// The raw bytes of a member's value in a valid object.
  static func member(_ key: String, of object: [UInt8]) -> ArraySlice<UInt8>? {
    var scanner = Scanner(bytes: object)
    return scanner.member(Array(key.utf8))
  }

  /// A compact value as `json.dumps(value, indent=2, ensure_ascii=False)` would have written it:
  /// order, numbers and escapes as they stand, only the layout changes.
  static func indented(_ value: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    var depth = 0
    var position = value.startIndex
    func newline() {
      output.append(0x0A); output.append(contentsOf: [UInt8](repeating: 0x20, count: 2 * depth))
    }
    while position < value.endIndex {
      let byte = value[position]
      switch byte {
      case UInt8(ascii: "\""):
        let end = textEnd(value, from: position)
        output.append(contentsOf: value[position..<end])
        position = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        output.append(byte)
        var next = position + 1
        while next < value.endIndex, value[next] == 0x20 { next += 1 }
        if next < value.endIndex,
          value[next] == UInt8(ascii: "}") || value[next] == UInt8(ascii: "]")
        {
          output.append(value[next])
          position = next + 1
          continue
        }
        depth += 1
        newline()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth = max(0, depth - 1)
        newline()
        output.append(byte)
      case UInt8(ascii: ","):
        output.append(byte)
        newline()
      case UInt8(ascii: ":"):
        output.append(byte)
        output.append(0x20)
      case 0x20, 0x09, 0x0A, 0x0D: break
      default: output.append(byte)
      }
      position += 1
    }
    return output
  }

  /// Behind the closing quote of the text that starts at `start`.
  private static func textEnd(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    var position = start + 1
    while position < bytes.endIndex, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(position + 1, bytes.endIndex)
  }

  private struct Scanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func member(_ key: [UInt8]) -> ArraySlice<UInt8>? {
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { return nil }
      position += 1
      while position < bytes.count {
        skipBlanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: ",") {
          position += 1
          continue
        }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        let keyEnd = PythonJSON.textEnd(bytes[...], from: position)
        let isWanted = position + 1 <= keyEnd - 1 && Array(bytes[position + 1..<keyEnd - 1]) == key
        position = keyEnd
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return nil }
        position += 1
        skipBlanks()
        let start = position
        skipValue()
        if isWanted { return bytes[start..<position] }
      }
      return nil
    }

    private mutating func skipBlanks() {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
        position += 1
      }
    }

    private mutating func skipValue() {
      var depth = 0
      while position < bytes.count {
        switch bytes[position] {
        case UInt8(ascii: "\""):
          position = PythonJSON.textEnd(bytes[...], from: position)
          if depth == 0 { return }
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return }
          depth -= 1
          if depth == 0 {
            position += 1
            return
          }
        case UInt8(ascii: ","): if depth == 0 { return }
        default: break
        }
        position += 1
      }
    }
  }
}
