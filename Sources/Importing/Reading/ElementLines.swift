/// The lines on which the elements of an array of a JSON document start.
///
/// Values of a parsed document have no positions; a report and a conflict need the line. The text
/// must have been parsed already: this walk only counts brackets, strings and line feeds.
enum ElementLines {
  /// - Parameters:
  ///   - path: keys from the root object to the array or object.
  ///   - bytes: a valid document.
  /// - Returns: 1-based lines of the elements or members, in their order; empty when there is no
  ///   such array.
  static func of(_ path: [String], in bytes: [UInt8]) -> [Int] {
    var walk = Walk(bytes: bytes, path: path.map { Array($0.utf8) })
    walk.value(depth: 0)
    return walk.lines
  }

  private struct Walk {
    let bytes: [UInt8]
    let path: [[UInt8]]
    var position = 0
    var line = 1
    var lines: [Int] = []

    init(bytes: [UInt8], path: [[UInt8]]) {
      self.bytes = bytes
      self.path = path
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
      while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        if byte == 0x0A { line += 1 }
        position += 1
      }
    }

    /// - Parameters:
    ///   - depth: how many keys of the path led here; -1 off the path.
    mutating func value(depth: Int) {
      skipBlanks()
      switch current {
      case UInt8(ascii: "{"): container(depth: depth, isObject: true)
      case UInt8(ascii: "["): container(depth: depth, isObject: false)
      case UInt8(ascii: "\""): _ = string()
      default:
        while let byte = current, byte != UInt8(ascii: ","), byte != UInt8(ascii: "]"),
          byte != UInt8(ascii: "}"), byte != 0x0A
        {
          position += 1
        }
      }
    }

    private mutating func container(depth: Int, isObject: Bool) {
      let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
      position += 1
      while let byte = current, byte != close {
        if byte == UInt8(ascii: ",") { position += 1 }
        skipBlanks()
        guard let first = current, first != close else { continue }
        if depth == path.count { lines.append(line) }
        var next = -1
        if isObject {
          let key = string()
          skipBlanks()
          position += 1
          if depth >= 0 && depth < path.count && key == path[depth] { next = depth + 1 }
        }
        value(depth: next)
        skipBlanks()
      }
      position += 1
    }

    private mutating func string() -> [UInt8] {
      let start = position + 1
      position += 1
      while let byte = current, byte != UInt8(ascii: "\"") {
        position += byte == UInt8(ascii: "\\") ? 2 : 1
      }
      let end = min(position, bytes.count)
      position += 1
      return start <= end ? Array(bytes[start..<end]) : []
    }
  }
}
