package import Model

/// Which regions of its sample each token lies in, found once instead of in every layer.
package struct RegionMembership: Sendable {
  /// By sequence and position, the numbers of the regions, ascending.
  private let members: [[[Int]]]

  /// - Parameter regions: those of sequence s at index s; a position below 0 is in no text and left
  ///   out.
  package init(_ regions: [[TokenRegion]]) {
    members = regions.map { list in
      let end = list.flatMap(\.positions).max().map { $0 + 1 } ?? 0
      var members = [[Int]](repeating: [], count: max(0, end))
      for (index, region) in list.enumerated() {
        for position in region.positions where position >= 0 { members[position].append(index) }
      }
      return members
    }
  }

  /// The regions of a row of a pass; empty for one that no region has.
  package subscript(row: PassLayout.Row) -> [Int] {
    guard members.indices.contains(row.sequence),
      members[row.sequence].indices.contains(row.position)
    else { return [] }
    return members[row.sequence][row.position]
  }
}
