/// Decompresses a raw DEFLATE stream (RFC 1951), for the fixtures that numpy compressed.
struct Inflate {
  struct Failure: Error {}

  private let input: [UInt8]
  private var position: Int
  private var bitBuffer = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  static func decompress(_ bytes: some Sequence<UInt8>, size: Int) throws -> [UInt8] {
    var inflate = Inflate(input: Array(bytes))
    inflate.output.reserveCapacity(size)
    try inflate.run()
    guard inflate.output.count == size else { throw Failure() }
    return inflate.output
  }

  private init(input: [UInt8]) {
    self.input = input
    position = 0
  }

  private mutating func bits(_ count: Int) throws -> Int {
    while bitCount < count {
      guard position < input.count else { throw Failure() }
      bitBuffer |= Int(input[position]) << bitCount
      position += 1
      bitCount += 8
    }
    defer {
      bitBuffer >>= count
      bitCount -= count
    }
    return bitBuffer & ((1 << count) - 1)
  }

  /// Canonical Huffman code: symbols sorted by length, then value.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: some Collection<Int>) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      for length in 1..<16 {
        for (symbol, other) in lengths.enumerated() where other == length { symbols.append(symbol) }
      }
    }
  }

  private mutating func symbol(_ code: Code) throws -> Int {
    var (value, first, index) = (0, 0, 0)
    for length in 1..<16 {
      value |= try bits(1)
      let count = code.counts[length]
      if value - count < first { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    throw Failure()
  }

  private mutating func run() throws {
    var isLast = false
    while !isLast {
      isLast = try bits(1) == 1
      switch try bits(2) {
      case 0: try stored()
      case 1:
        let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        try block(Code(lengths: lengths), Code(lengths: Array(repeating: 5, count: 30)))
      case 2: try dynamic()
      default: throw Failure()
      }
    }
  }

  private mutating func stored() throws {
    bitBuffer = 0
    bitCount = 0
    guard position + 4 <= input.count else { throw Failure() }
    let count = Int(input[position]) | Int(input[position + 1]) << 8
    position += 4
    guard position + count <= input.count else { throw Failure() }
    output += input[position..<position + count]
    position += count
  }

  private mutating func dynamic() throws {
    let literals = try bits(5) + 257
    let distances = try bits(5) + 1
    let codes = try bits(4) + 4
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [Int](repeating: 0, count: 19)
    for index in 0..<codes { lengths[order[index]] = try bits(3) }
    let lengthCode = Code(lengths: lengths)
    var all: [Int] = []
    while all.count < literals + distances {
      let value = try symbol(lengthCode)
      switch value {
      case 16:
        guard let last = all.last else { throw Failure() }
        all += Array(repeating: last, count: try bits(2) + 3)
      case 17: all += Array(repeating: 0, count: try bits(3) + 3)
      case 18: all += Array(repeating: 0, count: try bits(7) + 11)
      default: all.append(value)
      }
    }
    try block(
      Code(lengths: all[..<literals]), Code(lengths: Array(all[literals..<literals + distances])))
  }

  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  private static let lengthExtra = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]

  private mutating func block(_ literals: Code, _ distances: Code) throws {
    while true {
      let value = try symbol(literals)
      if value < 256 {
        output.append(UInt8(value))
        continue
      }
      if value == 256 { return }
      guard value - 257 < Self.lengthBase.count else { throw Failure() }
      let length = Self.lengthBase[value - 257] + (try bits(Self.lengthExtra[value - 257]))
      let slot = try symbol(distances)
      guard slot < Self.distanceBase.count else { throw Failure() }
      let distance = Self.distanceBase[slot] + (try bits(max(0, slot / 2 - 1)))
      guard distance <= output.count else { throw Failure() }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }
}
