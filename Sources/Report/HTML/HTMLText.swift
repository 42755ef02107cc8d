/// Text made safe for HTML. Everything that is not markup of ours passes through here.
enum HTMLText {
  /// Escapes for element content and double-quoted attributes. Control characters that HTML
  /// forbids and bidirectional overrides, which could reorder a verdict on screen, are replaced.
  static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.properties.generalCategory == .control: result += "\u{FFFD}"
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An anchor: letters, digits, `-` and `_`; any other character becomes its code in hexadecimal,
  /// so that different ids stay different.
  static func anchor(_ id: String) -> String {
    var result = ""
    for scalar in id.unicodeScalars {
      if scalar.isASCII, scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        result.unicodeScalars.append(scalar)
      } else if scalar == "/" || scalar == "-" {
        result += "-"
      } else if scalar == " " || scalar == "_" || scalar == "." {
        result += "_"
      } else {
        result += "x" + String(scalar.value, radix: 16)
      }
    }
    return result
  }
}
