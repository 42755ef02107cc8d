extension String {
  /// The word nearest to this one, when it is near enough to be a slip of the pen
  /// (Levenshtein distance at most a third of the longer word).
  func closest(in words: [String]) -> String? {
    guard utf8.count <= 64 else { return nil }
    let ranked = words.map { (word: $0, distance: distance(to: $0)) }
    guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
      best.distance * 3 <= Swift.max(utf8.count, best.word.utf8.count)
    else { return nil }
    return best.word
  }

  private func distance(to other: String) -> Int {
    let left = Array(lowercased().utf8)
    let right = Array(other.lowercased().utf8)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substituted = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}
