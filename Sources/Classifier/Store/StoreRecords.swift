/// The type of a stored value.
public enum StoreValueType: String, Sendable, CaseIterable {
  case f16, f32, f64

  var code: Int32 {
    switch self {
    case .f16: 0
    case .f32: 1
    case .f64: 2
    }
  }

  var sizeBytes: Int {
    switch self {
    case .f16: 2
    case .f32: 4
    case .f64: 8
    }
  }

  /// Bytes of one entry of the bound index.
  var boundSizeBytes: Int { self == .f16 ? 2 : 4 }

  /// How values from elsewhere are rounded, as the manifest says it.
  public var rounding: String {
    switch self {
    case .f16: "IEEE binary16, nearest even, subnormal numbers kept; finer values become 0"
    case .f32: "IEEE binary32, nearest even"
    case .f64: "none (IEEE binary64)"
    }
  }
}

/// How the values of a group lie in the store.
enum GroupEncoding: UInt32 {
  /// Tiles of active rows × 64 columns.
  case dense = 0
  /// Compressed columns, for groups where fewer than a quarter of the tile would be non-zero.
  case sparse = 1
}

/// One group of columns: the neurons of an expert, or consecutive columns of a general matrix.
struct GroupRecord {
  static let sizeBytes = 128

  var firstSlot = 0
  var valuesOffset = 0
  var valuesLength = 0
  var boundsOffset = 0
  var rowListOffset = 0
  var nonzeroCount = 0
  var columnCount = 0
  var rowCount = 0
  var encoding = GroupEncoding.dense
  var isNonnegative = true
  /// −1 where a general matrix has no layers.
  var layer: Int32 = -1
  /// −1 for the shared expert and for general matrices.
  var expert: Int32 = -1
  /// SHA-256 over the group's values, row list and bounds.
  var digest = [UInt8](repeating: 0, count: 32)

  var tileCount: Int { (columnCount + 63) / 64 }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    func put(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { result.append(contentsOf: $0) }
    }
    for value in [
      firstSlot, valuesOffset, valuesLength, boundsOffset, rowListOffset, nonzeroCount,
    ] {
      put(UInt64(value))
    }
    put(UInt32(columnCount))
    put(UInt32(rowCount))
    put(encoding.rawValue)
    put(UInt32(isNonnegative ? 1 : 0))
    put(layer)
    put(expert)
    result.append(contentsOf: digest)
    result.append(contentsOf: [UInt8](repeating: 0, count: Self.sizeBytes - result.count))
    return result
  }

  init() {}

  /// - Returns: `nil` when a number does not fit.
  init?(_ raw: UnsafeRawBufferPointer) {
    guard raw.count == Self.sizeBytes else { return nil }
    func large(_ index: Int) -> Int? {
      Int(exactly: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
    }
    func small(_ index: Int) -> UInt32 {
      UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    }
    guard let firstSlot = large(0), let valuesOffset = large(8), let valuesLength = large(16),
      let boundsOffset = large(24), let rowListOffset = large(32), let nonzeroCount = large(40),
      let encoding = GroupEncoding(rawValue: small(56))
    else { return nil }
    self.firstSlot = firstSlot
    self.valuesOffset = valuesOffset
    self.valuesLength = valuesLength
    self.boundsOffset = boundsOffset
    self.rowListOffset = rowListOffset
    self.nonzeroCount = nonzeroCount
    columnCount = Int(small(48))
    rowCount = Int(small(52))
    self.encoding = encoding
    isNonnegative = small(60) & 1 == 1
    layer = Int32(bitPattern: small(64))
    expert = Int32(bitPattern: small(68))
    digest = Array(raw[72..<104])
  }
}

/// One stored column. Columns without any non-zero value have no slot: they can never enter.
struct SlotRecord: BitwiseCopyable {
  static let sizeBytes = 32

  /// Sum over all rows.
  var sum: Double
  /// Sum over all rows of squared deviations from the mean, computed in two passes.
  var centredSquares: Double
  var maximumMagnitude: Double
  /// Position of the column in the matrix, from 0.
  var column: UInt32
  /// Non-zero values.
  var count: UInt32
}

/// What is known about one row besides its features.
public struct StoreRow: Sendable, Hashable {
  /// The tokens that a row averages.
  public enum Region: String, Sendable, CaseIterable { case answer, other }

  /// The item that the row belongs to; rows of one item always stay in one split.
  public var item: String
  /// A numeric label of a general matrix.
  public var label: Double?
  /// The item's outcome: was the response right?
  public var outcome: Bool?
  public var region: Region?

  public init(
    item: String, label: Double? = nil, outcome: Bool? = nil, region: Region? = nil
  ) {
    self.item = item
    self.label = label
    self.outcome = outcome
    self.region = region
  }
}
