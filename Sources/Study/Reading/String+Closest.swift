extension String {
  /// The word nearest to this one, when it is near enough to be a slip of the pen
  /// (at most a third of the longer word's letters to change).
  func closest(in words: [String]) -> String? {
    guard utf8.count <= 64 else { return nil }
    let ranked = words.map { (word: $0, distance: distance(to: $0)) }
    guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
      best.distance * 3 <= Swift.max(utf8.count, best.word.utf8.count)
    else { return nil }
    return best.word
  }

  /// Optimal string alignment: insertions, deletions, substitutions and swapped neighbours.
  private func distance(to other: String) -> Int {
    let left = Array(lowercased().utf8)
    let right = Array(other.lowercased().utf8)
    var earlier: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var best = Swift.min(
          previous[j] + (left[i] == right[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
          best = Swift.min(best, earlier[j - 1] + 1)
        }
        row.append(best)
      }
      earlier = previous
      previous = row
    }
    return previous[right.count]
  }
}
