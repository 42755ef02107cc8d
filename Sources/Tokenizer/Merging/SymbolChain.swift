/// Symbols as a doubly linked list in arrays, so that neighbours merge in constant time.
struct SymbolChain {
  private var symbols: [Symbol]
  private var nexts: [Int32]
  private var previouses: [Int32]

  init(_ symbols: some Collection<Symbol>) {
    self.symbols = Array(symbols)
    let count = Int32(symbols.count)
    nexts = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
    previouses = (0..<count).map { $0 - 1 }
  }

  var count: Int { symbols.count }

  subscript(position: Int) -> Symbol { symbols[position] }

  /// The next position, or −1.
  func next(_ position: Int) -> Int { Int(nexts[position]) }

  func previous(_ position: Int) -> Int { Int(previouses[position]) }

  /// Merges a symbol with the next one, which then has the length 0.
  mutating func merge(_ left: Int, into token: Int32) {
    let right = next(left)
    symbols[left] = Symbol(token: token, length: symbols[left].length + symbols[right].length)
    symbols[right].length = 0
    let after = nexts[right]
    nexts[left] = after
    nexts[right] = -1
    if after >= 0 { previouses[Int(after)] = Int32(left) }
  }

  func forEach(_ body: (Symbol) -> Void) {
    var position = symbols.isEmpty ? -1 : 0
    while position >= 0 {
      body(symbols[position])
      position = next(position)
    }
  }
}

/// A binary heap; the smallest element comes first.
struct BinaryHeap<Element: Comparable> {
  private var elements: [Element] = []

  mutating func push(_ element: Element) {
    elements.append(element)
    var child = elements.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard elements[child] < elements[parent] else { break }
      elements.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Element? {
    guard let last = elements.popLast() else { return nil }
    guard let first = elements.first else { return last }
    elements[0] = last
    var parent = 0
    while true {
      var smallest = parent
      let (left, right) = (2 * parent + 1, 2 * parent + 2)
      if left < elements.count, elements[left] < elements[smallest] { smallest = left }
      if right < elements.count, elements[right] < elements[smallest] { smallest = right }
      guard smallest != parent else { return first }
      elements.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
