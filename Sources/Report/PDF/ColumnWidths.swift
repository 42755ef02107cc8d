/// Widths of table columns on paper.
package enum ColumnWidths {
  /// The widths with the largest of them cut to the one cap that brings their sum to `total`.
  ///
  /// - Parameters:
  ///   - widths: what each column wants, in points.
  ///   - total: what there is for all of them, in points.
  package static func capped(_ widths: [Double], total: Double) -> [Double] {
    var left = total
    var cap = 0.0
    for (index, width) in widths.sorted().enumerated() {
      cap = left / Double(widths.count - index)
      if width >= cap { break }
      left -= width
    }
    return widths.map { min($0, max(cap, 0)) }
  }
}
