/// A paragraph broken into lines, each to be drawn as its own Pango layout.
///
/// Lines are separate because a wrapped Pango layout in a tagged PDF emits an empty `/ActualText`
/// span at each line end, and readers then lose the rest of the paragraph.
public struct TextLayout: Hashable, Sendable {
  public let lines: [String]
  public let style: TextStyle
  public let lineHeight: Double

  public var height: Double { lineHeight * Double(lines.count) }

  /// Breaks at blanks, inside a word only when the word alone is wider than `width`.
  ///
  /// - Parameter maximumLines: The last line ends with "…" when the text is longer.
  public init(
    _ text: String, style: TextStyle, width: Double, maximumLines: Int = .max,
    lineSpacing: Double = 1.3, shaper: TextShaper
  ) {
    self.style = style
    lineHeight = style.size * lineSpacing
    var lines: [String] = []
    var current = ""
    for word in Self.words(TextShaper.singleLine(text)) {
      let candidate = current.isEmpty ? word : current + " " + word
      if shaper.size(of: candidate, style).width <= width {
        current = candidate
        continue
      }
      if !current.isEmpty { lines.append(current) }
      current = word
      while shaper.size(of: current, style).width > width, current.count > 1 {
        let head = Self.longestPrefix(of: current, style: style, width: width, shaper: shaper)
        lines.append(head)
        current.removeFirst(head.count)
      }
    }
    if !current.isEmpty { lines.append(current) }
    if lines.count > maximumLines {
      let rest = lines[(maximumLines - 1)...].joined(separator: " ")
      lines = Array(lines.prefix(maximumLines - 1))
      lines.append(Self.ellipsised(rest, style: style, width: width, shaper: shaper))
    }
    self.lines = lines
  }

  /// The text, or its longest beginning that fits with "…" behind it.
  public static func ellipsised(
    _ text: String, style: TextStyle, width: Double, shaper: TextShaper
  ) -> String {
    let line = TextShaper.singleLine(text)
    guard shaper.size(of: line, style).width > width else { return line }
    var low = 0
    var high = line.count
    while low < high {
      let middle = (low + high + 1) / 2
      if shaper.size(of: trimmed(line.prefix(middle)) + "…", style).width <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return trimmed(line.prefix(low)) + "…"
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.last == " " || text.last == "," { text.removeLast() }
    return String(text)
  }

  /// Split at ordinary blanks only: no-break blanks keep "95 %" and "p = 0.03" together.
  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  private static func longestPrefix(
    of word: String, style: TextStyle, width: Double, shaper: TextShaper
  ) -> String {
    var low = 1
    var high = word.count
    while low < high {
      let middle = (low + high + 1) / 2
      if shaper.size(of: String(word.prefix(middle)), style).width <= width {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return String(word.prefix(low))
  }
}
