extension Drawing {
  /// The drawing as an SVG element to be put into a page that holds ``Theme/css``.
  ///
  /// Colours are classes, there is no `style` attribute, no script and no reference outside of the
  /// element, so a strict content security policy lets it through. All identifiers start with `id`.
  /// Cairo's own SVG surface is not used: its glyph identifiers collide when two drawings are
  /// inlined, and its `style` attributes are blocked by such a policy.
  ///
  /// - Parameters:
  ///   - id: Unique in the page; a letter, then letters, digits, "-" and "_".
  ///   - isStandalone: Adds the name space and the style sheet, for a file of its own.
  ///   - glyphs: Outlines that the drawings of a page share; without it the element holds its own.
  /// - Throws: ``ChartError/invalidIdentifier(_:)``, ``ChartError/fontUnavailable(name:)``.
  public func svg(
    id: String, isStandalone: Bool = false, glyphs library: GlyphLibrary? = nil
  ) throws(ChartError) -> String {
    guard Self.isIdentifier(id) else { throw .invalidIdentifier(id) }
    let shaper = try TextShaper()
    let outlines: GlyphOutlines
    if let library { outlines = library.outlines } else { outlines = try GlyphOutlines() }
    let prefix = library == nil ? id + "-" : GlyphLibrary.prefix
    var body = ""
    for mark in marks {
      switch mark {
      case .shape(let shape, let fill, let stroke):
        body += Self.element(shape, Self.attributes(fill, stroke))
      case .text(let text):
        let glyphs = try outlines.place(text, shaper: shaper)
        guard !glyphs.isEmpty else { continue }
        let scale = Self.scaleText(text.style.size)
        let attributes =
          "class=\"f-\(text.style.ink.ink.rawValue)\" transform=\"translate("
          + "\(SVGNumber.pair(text.origin)))scale(\(scale))\""
        var uses = ""
        for glyph in glyphs {
          let x = Int((glyph.x * 1000 / text.style.size).rounded())
          let y = Int((glyph.y * 1000 / text.style.size).rounded())
          uses += "<use href=\"#\(prefix)\(glyph.index)\"" + (x == 0 ? "" : " x=\"\(x)\"")
          uses += (y == 0 ? "" : " y=\"\(y)\"") + "/>"
        }
        if let library {
          body += "<use href=\"#\(library.line(uses))\" \(attributes)/>\n"
        } else {
          body += "<g \(attributes)>\(uses)</g>\n"
        }
      }
    }
    var svg = "<svg id=\"\(id)\" class=\"chart\" viewBox=\"0 0 \(SVGNumber.text(width)) "
    svg += "\(SVGNumber.text(height))\" width=\"\(SVGNumber.text(width))\" height=\""
    svg += "\(SVGNumber.text(height))\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\""
    if isStandalone { svg += " xmlns=\"http://www.w3.org/2000/svg\"" }
    svg += ">\n<title id=\"\(id)-t\">\(XMLText.escaped(title))</title>\n"
    svg += "<desc id=\"\(id)-d\">\(XMLText.escaped(summary))</desc>\n"
    if isStandalone { svg += "<style>\(Theme.css)</style>\n" }
    if library == nil {
      svg += "<defs>" + GlyphLibrary.definitions(outlines, prefix: prefix) + "</defs>\n"
    }
    svg += body
    for point in points {
      svg += "<circle class=\"point\" cx=\"\(SVGNumber.text(point.position.x))\" cy=\""
      svg += "\(SVGNumber.text(point.position.y))\" r=\"8\" tabindex=\"0\" role=\"img\"><title>"
      svg += "\(XMLText.escaped(point.label))</title></circle>\n"
    }
    return svg + "</svg>\n"
  }

  private static func attributes(_ fill: Mark.Fill?, _ stroke: Mark.Stroke?) -> String {
    var classes: [String] = []
    if let fill { classes.append("f-\(fill.ink.rawValue)") }
    if let stroke { classes.append("k-\(stroke.ink.rawValue)") }
    var text = " class=\"\(classes.joined(separator: " "))\""
    if let fill {
      if fill.opacity < 1 { text += " fill-opacity=\"\(SVGNumber.text(fill.opacity))\"" }
    } else {
      text += " fill=\"none\""
    }
    if let stroke {
      if stroke.width != 1 { text += " stroke-width=\"\(SVGNumber.text(stroke.width))\"" }
      if stroke.opacity < 1 { text += " stroke-opacity=\"\(SVGNumber.text(stroke.opacity))\"" }
      if !stroke.dash.isEmpty {
        let dash = stroke.dash.map(SVGNumber.text).joined(separator: " ")
        text += " stroke-dasharray=\"\(dash)\""
      }
    }
    return text
  }

  private static func element(_ shape: Mark.Shape, _ attributes: String) -> String {
    switch shape {
    case .rectangle(let box):
      return "<rect x=\"\(SVGNumber.text(box.x))\" y=\"\(SVGNumber.text(box.y))\" width=\""
        + "\(SVGNumber.text(box.width))\" height=\"\(SVGNumber.text(box.height))\"\(attributes)/>\n"
    case .circle(let center, let radius):
      return "<circle cx=\"\(SVGNumber.text(center.x))\" cy=\"\(SVGNumber.text(center.y))\" r=\""
        + "\(SVGNumber.text(radius))\"\(attributes)/>\n"
    case .polyline(let points, let isClosed):
      var path = ""
      for (index, point) in points.enumerated() {
        path += (index == 0 ? "M" : index == 1 ? "L" : " ") + SVGNumber.pair(point)
      }
      return "<path d=\"\(path)\(isClosed ? "Z" : "")\" stroke-linejoin=\"round\"\(attributes)/>\n"
    }
  }

  /// Sizes are multiples of half a pixel, so four decimals are exact.
  private static func scaleText(_ size: Double) -> String {
    let tenThousandths = Int((size * 10).rounded())
    let digits = String(tenThousandths)
    return "." + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  static func isIdentifier(_ id: String) -> Bool {
    guard let first = id.utf8.first, isLetter(first), id.utf8.count <= 200 else { return false }
    return id.utf8.allSatisfy {
      isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}

/// Text inside XML.
enum XMLText {
  /// Escapes markup, drops what XML 1.0 does not allow and replaces bidirectional overrides, which
  /// could reorder a label on screen.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\u{9}", "\u{A}": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": continue
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
