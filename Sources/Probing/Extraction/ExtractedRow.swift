internal import Classifier
internal import Model

/// One row of an extraction as it was computed: what the store and the arrays beside it take.
///
/// Rows have the same bits wherever and with whomever they are computed, so that machines may share
/// the samples and one of them assembles the store.
public struct ExtractedRow: Sendable, Equatable {
  let isAnswer: Bool
  /// Tokens of the region, cells without a defined denominator.
  let tokenCount: Int
  let undefinedCount: Int
  /// `[layers, experts, 2]`: tokens that chose the expert, sum of weights; empty for dense models.
  let routing: [Float]
  /// `[layers + 1, hidden]`, or empty.
  let hidden: [Float]
  let groups: [Group]

  /// The values of all columns of an active expert.
  struct Group: Sendable, Equatable {
    let number: Int
    let values: [Float]
  }

  init(_ row: ExtractionBatch.Row, groups: [RowSpool.GroupValues]) {
    isAnswer = row.region == 0
    tokenCount = row.tokenCount
    undefinedCount = row.undefinedCount
    routing = zip(row.routing.selectionCounts, row.routing.weightSums).flatMap {
      [Float($0), Float($1)]
    }
    hidden = row.hidden ?? []
    self.groups = groups.map { Group(number: $0.group, values: $0.values) }
  }

  var region: StoreRow.Region { isAnswer ? .answer : .other }

  // MARK: - Bytes

  private static let magic: UInt32 = 0x3152_5845

  /// Rows as bytes: little-endian, each with its counts before its values.
  public static func bytes(_ rows: [ExtractedRow]) -> [UInt8] {
    var bytes: [UInt8] = []
    func put(_ value: Int) {
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian) {
        bytes.append(contentsOf: $0)
      }
    }
    func put(_ values: [Float]) {
      put(values.count)
      for value in values {
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    put(Int(magic))
    put(rows.count)
    for row in rows {
      for number in [row.isAnswer ? 1 : 0, row.tokenCount, row.undefinedCount] { put(number) }
      put(row.routing)
      put(row.hidden)
      put(row.groups.count)
      for group in row.groups {
        put(group.number)
        put(group.values)
      }
    }
    return bytes
  }

  /// Reads what ``bytes(_:)`` wrote; `nil` for anything else. Every count is bounded by the bytes.
  public static func rows(_ bytes: some Collection<UInt8>) -> [ExtractedRow]? {
    var reader = Reader(bytes: Array(bytes))
    guard reader.number() == Int(magic), let count = reader.count(of: 24) else { return nil }
    var rows: [ExtractedRow] = []
    for _ in 0..<count {
      guard let isAnswer = reader.number(), isAnswer <= 1, let tokens = reader.number(),
        let undefined = reader.number(), let routing = reader.floats(),
        let hidden = reader.floats(), let groupCount = reader.count(of: 8)
      else { return nil }
      var groups: [Group] = []
      for _ in 0..<groupCount {
        guard let number = reader.number(), let values = reader.floats() else { return nil }
        groups.append(Group(number: number, values: values))
      }
      rows.append(
        ExtractedRow(
          isAnswer: isAnswer == 1, tokenCount: tokens, undefinedCount: undefined,
          routing: routing, hidden: hidden, groups: groups))
    }
    return reader.isAtEnd ? rows : nil
  }

  private init(
    isAnswer: Bool, tokenCount: Int, undefinedCount: Int, routing: [Float], hidden: [Float],
    groups: [Group]
  ) {
    self.isAnswer = isAnswer
    self.tokenCount = tokenCount
    self.undefinedCount = undefinedCount
    self.routing = routing
    self.hidden = hidden
    self.groups = groups
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func number() -> Int? {
      guard bytes.count - position >= 4 else { return nil }
      defer { position += 4 }
      return bytes.withUnsafeBytes {
        Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      }
    }

    /// A count of things that take at least some bytes each.
    mutating func count(of size: Int) -> Int? {
      guard let count = number(), count <= (bytes.count - position) / size else { return nil }
      return count
    }

    mutating func floats() -> [Float]? {
      guard let count = count(of: 4) else { return nil }
      defer { position += count * 4 }
      return bytes.withUnsafeBytes { raw in
        (0..<count).map {
          Float(
            bitPattern: UInt32(
              littleEndian: raw.loadUnaligned(fromByteOffset: position + $0 * 4, as: UInt32.self)))
        }
      }
    }
  }
}
