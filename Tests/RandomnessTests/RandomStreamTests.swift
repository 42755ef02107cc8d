import CanonicalJSON
import Randomness
import Testing

@Suite struct RandomStreamTests {
  @Test func `philox blocks of numpy and Random123`() throws {
    let rows = try NumPyReference.load()["philox"]?.arrayValue ?? []
    #expect(rows.count == 5)
    for row in rows {
      let key = NumPyReference.words(row["key"])
      let counter = NumPyReference.words(row["counter"])
      let words = NumPyReference.words(row["words"])
      let block = Philox4x64(key: (key[0], key[1]))
        .block((counter[0], counter[1], counter[2], counter[3]))
      #expect([block.0, block.1, block.2, block.3] == words)
    }
  }

  @Test func `streams against numpy's Philox`() throws {
    for row in try NumPyReference.load()["streams"]?.arrayValue ?? [] {
      let name = try #require(row["analysis"]?.stringValue)
      #expect(RandomStream.hash(name) == NumPyReference.word(row["hash"]))
      let stream = RandomStream(
        seed: NumPyReference.word(row["seed"]), analysis: name,
        index: NumPyReference.word(row["index"]), substream: NumPyReference.word(row["substream"]))
      var words = stream
      #expect((0..<8).map { _ in words.next() } == NumPyReference.words(row["words"]))
      var uniforms = stream
      #expect(
        (0..<8).map { _ in uniforms.uniform() } == NumPyReference.doubles(row["uniform"]))
      var integers = stream
      #expect(
        (0..<5).map { _ in integers.integer(below: 1000) }
          == NumPyReference.integers(row["integersBelow1000"]))
    }
  }

  @Test(arguments: [1, 2, 3, 7, 1000, 40_000, 65_536, 65_537, 1 << 20, 1 << 32])
  func `filled indices stay in range and are uniform`(bound: Int) {
    var stream = RandomStream(seed: 5, analysis: "fill", index: UInt64(bound))
    let count = 70_001
    let cells = min(bound, 7)
    var counts = [Int](repeating: 0, count: cells)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { indices in
      stream.fill(indices, below: bound)
      for index in indices {
        #expect(Int(index) < bound)
        counts[Int(index) * cells / bound] += 1
      }
    }
    // 5 standard errors of a multinomial cell; a fixed seed, so this either always holds or never.
    let expected = Double(count) / Double(cells)
    for (cell, found) in counts.enumerated() {
      let below = (cell * bound + cells - 1) / cells
      let next = ((cell + 1) * bound + cells - 1) / cells
      let share = Double(next - below) / Double(bound)
      let error = abs(Double(found) - Double(count) * share)
      #expect(error <= 5 * expected.squareRoot(), "cell \(cell) of \(bound): \(found)")
    }
  }

  @Test func `normal deviates have the moments of a normal`() {
    let values = (0..<40_000).map { index in
      var stream = RandomStream(seed: 9, analysis: "normal", index: UInt64(index))
      return stream.normal()
    }
    let mean = values.reduce(0, +) / 40_000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39_999
    #expect(abs(mean) < 0.02)
    #expect(abs(variance - 1) < 0.03)
    #expect(values.allSatisfy { $0.isFinite })
  }
}
