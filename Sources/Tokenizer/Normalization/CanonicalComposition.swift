/// Unicode normalization form C of one segment: a scalar and what may combine with it.
///
/// - Source: Unicode Standard Annex #15, definitions D115 to D117, and the Hangul arithmetic of
///   chapter 3.12. Oracle: Hugging Face tokenizers 0.23 `NFC`, whose tables these are.
enum CanonicalComposition {
  private struct Tables {
    var decompositions: [UInt32: [UInt32]] = [:]
    var composites: [UInt64: UInt32] = [:]
    var classes: [UInt32: UInt8] = [:]
  }

  private static let tables = load()

  private static func load() -> Tables {
    func entries(_ text: String) -> [[UInt32]] {
      text.split(separator: ",").map { entry in
        entry.split(separator: " ").compactMap { UInt32($0, radix: 16) }
      }
    }
    var tables = Tables()
    for entry in entries(composites) {
      tables.composites[UInt64(entry[0]) << 32 | UInt64(entry[1])] = entry[2]
      tables.decompositions[entry[2]] = [entry[0], entry[1]]
    }
    for entry in entries(decompositionsOnly) {
      tables.decompositions[entry[0]] = Array(entry.dropFirst())
    }
    for entry in entries(combiningClasses) {
      for scalar in entry[0]...entry[1] { tables.classes[scalar] = UInt8(entry[2]) }
    }
    return tables
  }

  /// The composed scalars of a segment.
  static func compose(_ segment: some Sequence<UInt32>) -> [UInt32] {
    var scalars: [UInt32] = []
    for scalar in segment { decompose(scalar, into: &scalars) }
    order(&scalars)
    var composed: [UInt32] = []
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = tables.classes[scalar] ?? 0
      if let starter {
        let isAdjacent = starter == composed.count - 1
        if isAdjacent || lastClass < combiningClass && lastClass > 0,
          let composite = composite(composed[starter], scalar)
        {
          composed[starter] = composite
          continue
        }
      }
      composed.append(scalar)
      if combiningClass == 0 {
        starter = composed.count - 1
        lastClass = 0
      } else {
        lastClass = combiningClass
      }
    }
    return composed
  }

  private static func decompose(_ scalar: UInt32, into scalars: inout [UInt32]) {
    if (0xAC00..<0xD7A4).contains(scalar) {
      let index = scalar - 0xAC00
      scalars.append(0x1100 + index / 588)
      scalars.append(0x1161 + index % 588 / 28)
      if index % 28 != 0 { scalars.append(0x11A7 + index % 28) }
    } else if let parts = tables.decompositions[scalar] {
      for part in parts { decompose(part, into: &scalars) }
    } else {
      scalars.append(scalar)
    }
  }

  /// Sorts runs of marks by combining class; equal classes keep their order.
  private static func order(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      var run: [(combiningClass: UInt8, offset: Int, scalar: UInt32)] = []
      var end = start
      while end < scalars.count, let combiningClass = tables.classes[scalars[end]] {
        run.append((combiningClass, end, scalars[end]))
        end += 1
      }
      if run.count > 1 {
        run.sort { ($0.combiningClass, $0.offset) < ($1.combiningClass, $1.offset) }
        for (index, mark) in run.enumerated() { scalars[start + index] = mark.scalar }
      }
      start = end + 1
    }
  }

  private static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
      return 0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28
    }
    if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0,
      (0x11A8..<0x11C3).contains(second)
    {
      return first + second - 0x11A7
    }
    return tables.composites[UInt64(first) << 32 | UInt64(second)]
  }
}
