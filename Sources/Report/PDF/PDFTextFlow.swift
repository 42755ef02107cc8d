import Charts

/// A piece of a line: text in one style, perhaps a link.
struct PDFFragment: Hashable {
  var text: String
  var style: TextStyle
  /// Name of a destination inside the file, or a URI.
  var link: PDFLink?
}

enum PDFLink: Hashable {
  case destination(String)
  case address(String)
}

/// A paragraph of mixed styles, broken into lines of a given width.
struct PDFTextFlow {
  struct Line {
    var fragments: [(x: Double, fragment: PDFFragment)] = []
    var width = 0.0
  }

  let lines: [Line]
  let lineHeight: Double
  /// Distance from the top of a line to its base line.
  let ascent: Double

  var height: Double { lineHeight * Double(lines.count) }

  /// Breaks at blanks; a word wider than the line (a hash, a path) is broken inside, after one of
  /// `_`, `/` and `-` where one is late enough in the line.
  init(_ fragments: [PDFFragment], width: Double, spacing: Double = 1.35, shaper: TextShaper) {
    let size = fragments.map(\.style.size).max() ?? 9
    lineHeight = size * spacing
    ascent = size * (spacing / 2 + 0.36)
    var lines: [Line] = []
    var line = Line()
    /// Whether a blank stands before the next word.
    var pendingBlank = false
    for fragment in fragments {
      let blank = shaper.size(of: " ", fragment.style).width
      let words = fragment.text.split(
        omittingEmptySubsequences: false, whereSeparator: { $0 == " " || $0 == "\n" })
      for (index, word) in words.enumerated() {
        if index > 0 { pendingBlank = true }
        for piece in Self.pieces(String(word), fragment.style, width: width, shaper: shaper)
        where !piece.isEmpty {
          let advance = shaper.size(of: piece, fragment.style).width
          let gap = pendingBlank && line.width > 0 ? blank : 0
          if line.width > 0, line.width + gap + advance > width {
            lines.append(line)
            line = Line()
          }
          let x = line.width > 0 ? line.width + gap : 0
          Self.append(piece, fragment, at: x, gap: gap, to: &line)
          line.width = x + advance
          pendingBlank = false
        }
      }
    }
    if !line.fragments.isEmpty { lines.append(line) }
    self.lines = lines
  }

  /// Joins a word to the fragment before it when style and link agree, so that text extraction sees
  /// whole phrases.
  private static func append(
    _ word: String, _ fragment: PDFFragment, at x: Double, gap: Double, to line: inout Line
  ) {
    if let last = line.fragments.last, gap > 0, last.fragment.style == fragment.style,
      last.fragment.link == fragment.link
    {
      line.fragments[line.fragments.count - 1].fragment.text += " " + word
      return
    }
    line.fragments.append(
      (x, PDFFragment(text: word, style: fragment.style, link: fragment.link)))
  }

  private static func pieces(
    _ word: String, _ style: TextStyle, width: Double, shaper: TextShaper
  ) -> [String] {
    guard shaper.size(of: word, style).width > width, word.count > 1 else { return [word] }
    var pieces: [String] = []
    var piece = ""
    for character in word {
      if !piece.isEmpty, shaper.size(of: piece + String(character), style).width > width {
        // Not so early that most of the line stays empty.
        let half = piece.index(piece.startIndex, offsetBy: piece.count / 2)
        let joint =
          piece[half...].lastIndex { "_/-".contains($0) } ?? piece.lastIndex(of: "/")
        let end = joint.map(piece.index(after:)) ?? piece.endIndex
        pieces.append(String(piece[..<end]))
        piece = String(piece[end...])
      }
      piece.append(character)
    }
    return pieces + [piece]
  }
}

extension RichText {
  /// The runs in PDF styles around a base style.
  func fragments(_ base: TextStyle) -> [PDFFragment] {
    runs.map { run in
      switch run {
      case .words(let text), .sourced(let text, _):
        PDFFragment(text: text, style: base)
      case .strong(let text):
        PDFFragment(text: text, style: TextStyle(size: base.size, weight: .semibold, ink: base.ink))
      case .code(let text): PDFFragment(text: text, style: base.with(ink: .muted))
      case .quote(let text): PDFFragment(text: "\u{201C}\(text)\u{201D}", style: base)
      case .link(let text, let target):
        PDFFragment(
          text: text, style: base.with(ink: .accent),
          link: target.hasPrefix("#")
            ? .destination(HTMLText.anchor(String(target.dropFirst()))) : .address(target))
      }
    }
  }
}
