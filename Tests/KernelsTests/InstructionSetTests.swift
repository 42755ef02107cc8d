import Kernels
import Randomness
import Testing

/// Each instruction set against the serial kernels, bit by bit, at lengths around every tile.
@Suite struct InstructionSetTests {
  static let sets = InstructionSet.allCases.filter { $0.isAvailable && $0 != .serial }
  static let lengths = [1, 2, 7, 8, 15, 16, 17, 31, 33, 48, 100, 255, 257]

  static func numbers(_ count: Int, _ salt: Int, scale: Float = 1) -> [Float] {
    var random = RandomStream(seed: 11, analysis: "kernels", index: UInt64(salt))
    return (0..<count).map { _ in
      switch random.integer(below: 40) {
      case 0: 0
      case 1: -0.0
      case 2: 1e-30
      default: Float(random.uniform() * 6 - 3) * scale
      }
    }
  }

  static func both(
    _ set: InstructionSet, _ body: (KernelBackend) -> [Float]
  ) throws -> (serial: [UInt32], fast: [UInt32]) {
    let serial = try KernelBackend(instructionSet: .serial, threads: 1)
    let fast = try KernelBackend(instructionSet: set, threads: 2)
    return (body(serial).map(\.bitPattern), body(fast).map(\.bitPattern))
  }

  @Test(arguments: sets, lengths)
  func `products have the serial bits`(_ set: InstructionSet, _ length: Int) throws {
    for (rows, tokens) in [(1, 1), (5, 1), (9, 2), (17, 3), (70, 4), (33, 5), (16, 11)] {
      let matrix = WeightMatrix(
        values: Self.numbers(rows * length, 1), rows: rows, columns: length)
      let x = Self.numbers(tokens * length, 2)
      let bits = try Self.both(set) { backend in
        var y = [Float](repeating: .nan, count: rows * tokens)
        backend.multiply(matrix, x, tokens: tokens, into: &y)
        return y
      }
      #expect(bits.serial == bits.fast, "rows \(rows), tokens \(tokens)")
    }
  }

  /// Random bytes as blocks: every scale, NaN and infinite ones included. Two NaNs are equal: which
  /// of several payloads survives is the processor's choice.
  @Test(arguments: sets, BlockFormatTests.formats + [.float32, .float16, .bfloat16])
  func `random blocks have the serial bits`(
    _ set: InstructionSet, _ format: WeightFormat
  ) throws {
    let block = try #require(format.block)
    var random = RandomStream(seed: 12, analysis: "blocks", index: UInt64(format.rawValue))
    func bits(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? .max : $0.bitPattern } }
    for blocks in [1, 2, 3, 17] {
      let (rows, columns) = (19, blocks * block.weights)
      let bytes = (0..<rows * blocks * block.bytes).map { _ in
        UInt8(truncatingIfNeeded: random.next())
      }
      let matrix = try BlockFormatTests.matrix(
        format, bytes: bytes, rows: rows, columns: columns, shift: 1)
      let serial = try KernelBackend(instructionSet: .serial, threads: 1)
      let fast = try KernelBackend(instructionSet: set, threads: 2)
      #expect(bits(serial.values(of: matrix)) == bits(fast.values(of: matrix)))
      for tokens in [1, 3, 6] {
        let x = Self.numbers(tokens * columns, blocks)
        var (left, right) = (
          [Float](repeating: 0, count: rows * tokens), [Float](repeating: 0, count: rows * tokens)
        )
        serial.multiply(matrix, x, tokens: tokens, into: &left)
        fast.multiply(matrix, x, tokens: tokens, into: &right)
        #expect(bits(left) == bits(right), "\(blocks) blocks, \(tokens) tokens")
      }
    }
  }

  @Test(arguments: lengths)
  func `a token's product does not depend on the tokens beside it`(_ length: Int) throws {
    let rows = 37
    let matrix = WeightMatrix(values: Self.numbers(rows * length, 3), rows: rows, columns: length)
    let x = Self.numbers(13 * length, 4)
    let backend = try KernelBackend(threads: 2)
    var together = [Float](repeating: 0, count: rows * 13)
    backend.multiply(matrix, x, tokens: 13, into: &together)
    for token in 0..<13 {
      var alone = [Float](repeating: 0, count: rows)
      backend.multiply(
        matrix, Array(x[token * length..<(token + 1) * length]), tokens: 1, into: &alone)
      #expect(alone == Array(together[token * rows..<(token + 1) * rows]))
    }
  }

  @Test(arguments: sets, lengths)
  func `row operations have the serial bits`(_ set: InstructionSet, _ length: Int) throws {
    let x = Self.numbers(length, 5)
    let w = Self.numbers(length, 6)
    let gate = Self.numbers(length, 7, scale: 40)
    let bits = try Self.both(set) { backend in
      var all: [Float] = []
      var out = [Float](repeating: 0, count: length)
      backend.rmsNorm(x, w, epsilon: 1e-6, into: &out)
      all += out
      backend.gatedRMSNorm(x, w, gate: gate, epsilon: 1e-6, into: &out)
      all += out
      backend.swiglu(gate, x, length, into: &out)
      all += out
      backend.sigmoidGate(&out, gate, length)
      all += out
      out = x
      backend.rmsNormalise(&out, w, epsilon: 1e-6)
      all += out
      out = x
      backend.l2Normalise(&out, length, epsilon: 1e-6, scale: 0.25)
      all += out
      out = gate
      backend.softmax(&out, length)
      all += out
      backend.addScaled(0.3, w, to: &out, length)
      backend.add(x, to: &out, length)
      backend.accumulateContributions(x, norms: w, factor: 0.7, length, into: &out)
      return all + out + [backend.dot(x, w, length)]
    }
    #expect(bits.serial == bits.fast)
  }

  @Test(arguments: sets, [4, 16, 24, 32, 40, 64])
  func `attention, convolution and delta steps have the serial bits`(
    _ set: InstructionSet, _ size: Int
  ) throws {
    let keys = Self.numbers(50 * size, 8)
    let values = Self.numbers(50 * size, 9)
    let q = Self.numbers(7 * size, 10)
    let bits = try Self.both(set) { backend in
      var scores = [Float](repeating: 0, count: 4 * 50)
      var all: [Float] = []
      // Seven queries together, then each alone: the same bits.
      var together = [Float](repeating: 0, count: 7 * size)
      for count in [1, 50] {
        backend.attend(
          queries: q, queryStride: size, queryCount: 7, keys: keys, values: values, stride: size,
          count: count, headSize: size, scale: 0.2, scores: &scores, into: &together)
        for query in 0..<7 {
          var alone = [Float](repeating: 0, count: size)
          backend.attend(
            queries: Array(q[query * size..<(query + 1) * size]), queryStride: size,
            queryCount: 1, keys: keys, values: values, stride: size, count: count,
            headSize: size, scale: 0.2, scores: &scores, into: &alone)
          #expect(alone == Array(together[query * size..<(query + 1) * size]))
        }
        all += together
      }
      var out = [Float](repeating: 0, count: size)
      var state = Self.numbers(size * size, 11)
      for step in 0..<4 {
        backend.deltaStep(
          state: &state, query: q, key: Array(keys[step * size..<(step + 1) * size]),
          value: Array(values[step * size..<(step + 1) * size]), keySize: size, valueSize: size,
          decay: 0.9, beta: 0.6, into: &out)
        all += out
      }
      keys.withUnsafeBufferPointer { rows in
        let window = (0..<4).map { tap in rows.baseAddress.map { $0 + tap * size } }
        let split = size / 3
        for channels in [0..<split, split..<size] {
          backend.convolve(
            Array(values[..<(4 * size)]), window: window, channels: channels, into: &out)
        }
      }
      return all + state + out
    }
    #expect(bits.serial == bits.fast)
  }

  @Test func `the sigmoid is close to the exact one`() {
    for step in -2000...2000 {
      let x = Float(step) / 25
      let exact = 1 / (1 + Double.exp(-Double(x)))
      let relative = abs(Double(KernelBackend.sigmoid(x)) - exact) / exact
      #expect(relative < 4e-7 || exact < 2e-38)
    }
  }

  @Test func `what the processor lacks is an error`() {
    for set in InstructionSet.allCases where !set.isAvailable {
      #expect(throws: KernelError.instructionSetUnavailable(set)) {
        try KernelBackend(instructionSet: set, threads: 1)
      }
    }
    #expect(throws: KernelError.threadsUnavailable(requested: 0)) {
      try KernelBackend(threads: 0)
    }
  }

  @Test func `a pool runs every index once`() throws {
    for threads in [1, 2, 7] {
      let pool = try WorkerPool(threads: threads)
      for count in [0, 1, 2, 100, 1000] {
        let marks = FloatBuffer(count: count)
        pool.run(count) { index, _ in marks.pointer[index] += 1 }
        #expect((0..<count).allSatisfy { marks.pointer[$0] == 1 })
      }
    }
  }
}

extension Double {
  /// e^x by its series on a halved argument: no library to agree with by accident.
  fileprivate static func exp(_ x: Double) -> Double {
    let reduced = x / 1024
    var (term, sum) = (1.0, 1.0)
    for index in 1..<12 {
      term *= reduced / Double(index)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }
}
