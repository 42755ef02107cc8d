extension Canvas {
  /// Horizontal grid lines with labels to the left.
  mutating func verticalAxis(
    _ ticks: [(position: Double, label: String)], box: Box, isLabelled: Bool = true
  ) {
    for tick in ticks {
      line(Point(box.x, tick.position), Point(box.maxX, tick.position), Mark.Stroke(.grid))
    }
    guard isLabelled else { return }
    for tick in ticks {
      tryText(tick.label, x: box.x - 6, middle: tick.position, .tick, anchor: .end)
    }
  }

  /// Labels under the box; one that would touch its neighbour is left out.
  mutating func horizontalAxis(_ ticks: [(position: Double, label: String)], box: Box) {
    for tick in ticks {
      let half = size(tick.label, .tick).width / 2
      let x = min(max(tick.position, half), width - half)
      tryText(tick.label, x: x, baseline: box.maxY + 15, .tick, anchor: .middle, gap: 4)
    }
  }

  /// The title of the axis under its labels, at the left end.
  mutating func horizontalTitle(_ title: String, box: Box, maximumWidth: Double? = nil) {
    text(
      title, x: box.x, baseline: box.maxY + 31, .note,
      maximumWidth: maximumWidth ?? max(40, width - box.x))
  }

  /// Writes the line only if it stays on the canvas and clear of all text so far.
  @discardableResult
  mutating func tryText(
    _ text: String, x: Double, baseline y: Double, _ style: TextStyle, anchor: Anchor = .start,
    gap: Double = 1, within: Box? = nil, hasHalo: Bool = false
  ) -> Bool {
    let box = textBox(text, x: x, baseline: y, style, anchor: anchor)
    let limit = within ?? Box(x: 0, y: 0, width: width, height: .greatestFiniteMagnitude)
    guard box.x >= limit.x - 0.5, box.maxX <= limit.maxX + 0.5, box.y >= limit.y - 0.5,
      box.maxY <= limit.maxY + 0.5
    else { return false }
    let padded = Box(
      x: box.x - gap, y: box.y, width: box.width + 2 * gap, height: box.height)
    for case .text(let mark) in marks where mark.box.overlaps(padded, tolerance: 0) {
      return false
    }
    if hasHalo {
      rectangle(
        Box(x: box.x - 1.5, y: box.y - 0.5, width: box.width + 3, height: box.height),
        fill: Mark.Fill(.surface, opacity: 0.92))
    }
    self.text(text, x: x, baseline: y, style, anchor: anchor)
    return true
  }

  @discardableResult
  mutating func tryText(
    _ text: String, x: Double, middle y: Double, _ style: TextStyle, anchor: Anchor = .start,
    gap: Double = 1, within: Box? = nil, hasHalo: Bool = false
  ) -> Bool {
    tryText(
      text, x: x, baseline: y + style.size * 0.36, style, anchor: anchor, gap: gap,
      within: within, hasHalo: hasHalo)
  }

  /// Whether no text lies in the box.
  func isClear(_ box: Box) -> Bool {
    for case .text(let mark) in marks where mark.box.overlaps(box, tolerance: 0) { return false }
    return true
  }

  /// A chart without data says why instead of showing empty axes.
  mutating func emptyNotice(_ reason: String) {
    let top = height
    let bottom = paragraph(reason, x: 14, top: top + 16, width: width - 28, .label)
    rectangle(
      Box(x: 0.5, y: top, width: width - 1, height: bottom - top + 16),
      stroke: Mark.Stroke(.grid))
    height = bottom + 18
  }

  /// A row of keys: a swatch, then a word; wraps.
  mutating func legend(_ entries: [LegendEntry], x: Double = 0) {
    guard !entries.isEmpty else { return }
    var left = x
    var middle = height + 8
    for entry in entries {
      let label = TextLayout.ellipsised(
        entry.label, style: .note, width: width - x - 28, shaper: shaper)
      let labelWidth = size(label, .note).width
      if left > x, left + 24 + labelWidth > width {
        left = x
        middle += 17
      }
      let center = Point(left + 9, middle)
      switch entry.swatch {
      case .line(let stroke):
        line(Point(left, middle), Point(left + 18, middle), stroke)
      case .marker(let kind, let ink, let isHollow):
        marker(kind, at: center, radius: 4, ink, isHollow: isHollow)
      case .lineMarker(let stroke, let kind, let isHollow):
        line(Point(left, middle), Point(left + 18, middle), stroke)
        marker(kind, at: center, radius: 3.5, stroke.ink, isHollow: isHollow)
      case .area(let fill):
        rectangle(Box(x: left, y: middle - 5, width: 18, height: 10), fill: fill)
      case .cross(let ink):
        cross(at: center, radius: 3.2, Mark.Stroke(ink, width: 1.5))
      case .verdict(let verdict):
        verdictMark(verdict, at: center)
      }
      text(label, x: left + 24, middle: middle, .note)
      left += 24 + labelWidth + 18
    }
    height = middle + 14
  }
}

struct LegendEntry {
  enum Swatch {
    case line(Mark.Stroke)
    case marker(Marker, Ink, isHollow: Bool)
    case lineMarker(Mark.Stroke, Marker, isHollow: Bool)
    case area(Mark.Fill)
    case cross(Ink)
    case verdict(VerdictMark)
  }

  let swatch: Swatch
  let label: String

  init(_ swatch: Swatch, _ label: String) {
    self.swatch = swatch
    self.label = label
  }
}

extension Canvas {
  /// Labels to the right of curves, moved apart so that they do not touch; each stays as close to
  /// its curve as the others allow.
  mutating func endLabels(
    _ labels: [(y: Double, text: String, style: TextStyle)], x: Double, box: Box
  ) {
    let pitch = 14.0
    let sorted = labels.enumerated().sorted {
      ($0.element.y, $0.offset) < ($1.element.y, $1.offset)
    }
    .map(\.element)
    let positions = Self.spread(sorted.map(\.y), pitch: pitch, from: box.y, to: box.maxY)
    for (label, y) in zip(sorted, positions) {
      if abs(y - label.y) > 4 {
        line(Point(x - 4, label.y), Point(x + 2, y), Mark.Stroke(.context, width: 0.75))
      }
      tryText(
        TextLayout.ellipsised(
          label.text, style: label.style, width: width - x - 4, shaper: shaper),
        x: x + 4, middle: y, label.style)
    }
  }

  /// Positions at least `pitch` apart, in the given order, as near to `wanted` (sorted) as the
  /// range allows: clusters share their mean displacement.
  package static func spread(_ wanted: [Double], pitch: Double, from low: Double, to high: Double)
    -> [Double]
  {
    // Pool adjacent violators on wanted[i] − i·pitch, which must not decrease.
    var blocks: [(sum: Double, count: Int)] = []
    for (index, value) in wanted.enumerated() {
      blocks.append((value - Double(index) * pitch, 1))
      while blocks.count > 1 {
        let last = blocks[blocks.count - 1]
        let previous = blocks[blocks.count - 2]
        guard last.sum / Double(last.count) < previous.sum / Double(previous.count) else { break }
        blocks.removeLast(2)
        blocks.append((previous.sum + last.sum, previous.count + last.count))
      }
    }
    let ceiling = max(low, high - Double(max(0, wanted.count - 1)) * pitch)
    var positions: [Double] = []
    for block in blocks {
      let base = min(max(block.sum / Double(block.count), low), ceiling)
      for _ in 0..<block.count { positions.append(base + Double(positions.count) * pitch) }
    }
    return positions
  }
}
