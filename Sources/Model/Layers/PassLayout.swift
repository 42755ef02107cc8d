/// The tokens of one forward pass, those of each sequence side by side.
package struct PassLayout {
  /// Which sequence of the request a row belongs to, and its position in that sequence.
  package struct Row: Sendable, Equatable {
    package let sequence: Int
    package let position: Int
  }

  /// One sequence's part: rows `range` continue `state`.
  struct Part {
    let state: SequenceState
    let range: Range<Int>
  }

  let parts: [Part]
  package let rows: [Row]

  var tokenCount: Int { rows.count }
}
