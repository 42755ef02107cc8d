package import CKernels

/// A packed matrix `[rows, columns]` that stays where it is, usually in a mapped file.
///
/// `rows` is the output dimension: `y = W x`. Whoever makes one has checked that the bytes are
/// there; the kernels check nothing.
///
/// `@unchecked Sendable`: the descriptor points into memory that `owner` keeps alive and that
/// nobody writes.
public struct WeightMatrix: @unchecked Sendable {
  package let descriptor: ck_matrix
  private let owner: any AnyObject & Sendable
  public let format: WeightFormat

  public var rows: Int { descriptor.rows }
  public var columns: Int { descriptor.columns }

  /// Bytes of the packed weights, scales and zero points included, `g_idx` not.
  public let sizeBytes: Int

  package init(
    descriptor: ck_matrix, format: WeightFormat, sizeBytes: Int, owner: any AnyObject & Sendable
  ) {
    self.descriptor = descriptor
    self.format = format
    self.sizeBytes = sizeBytes
    self.owner = owner
  }

  /// A matrix in a plain or block format with its rows one after the other.
  package init(
    format: WeightFormat, block: (weights: Int, bytes: Int), data: UnsafeRawPointer, rows: Int,
    columns: Int, owner: any AnyObject & Sendable
  ) {
    var descriptor = ck_matrix()
    descriptor.data = data.assumingMemoryBound(to: UInt8.self)
    descriptor.row_bytes = columns / block.weights * block.bytes
    descriptor.rows = rows
    descriptor.columns = columns
    descriptor.stored_rows = rows
    descriptor.format = format.rawValue
    self.init(
      descriptor: descriptor, format: format, sizeBytes: descriptor.row_bytes * rows, owner: owner)
  }

  /// An f32 matrix with its own memory, row-major.
  package init(values: [Float], rows: Int, columns: Int) {
    precondition(values.count == rows * columns, "values must fill the matrix")
    let buffer = FloatBuffer(count: values.count)
    for (index, value) in values.enumerated() { buffer.pointer[index] = value }
    self.init(
      format: .float32, block: (1, 4), data: UnsafeRawPointer(buffer.pointer), rows: rows,
      columns: columns, owner: buffer)
  }

  /// Whether ``ActivationMode/int8`` changes products with this matrix.
  package var hasIntegerProduct: Bool { withUnsafePointer(to: descriptor) { ck_has_int8($0) } }

  /// Whether both are the same bytes, as tied embeddings are.
  package func isSameStorage(as other: WeightMatrix) -> Bool {
    descriptor.data == other.descriptor.data
  }

  /// The rows of `range` as a matrix of their own, without a copy.
  package func slice(rows range: Range<Int>) -> WeightMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows out of range")
    var part = descriptor
    part.rows = range.count
    if format == .gptq4 {
      part.first_row += range.lowerBound
    } else {
      part.data += range.lowerBound * descriptor.row_bytes
      if format == .mlx {
        let width = descriptor.scale_format == Int32(CK_F32) ? 4 : 2
        part.scales += range.lowerBound * descriptor.group_count * width
        part.offsets += range.lowerBound * descriptor.group_count * width
      }
    }
    let share = rows == 0 ? 0 : sizeBytes / rows * range.count
    return WeightMatrix(descriptor: part, format: format, sizeBytes: share, owner: owner)
  }
}

/// A matrix without its owner, for the inside of a job whose caller keeps the matrix: threads that
/// counted references to one owner would wait for each other.
package struct BorrowedMatrix {
  let descriptor: ck_matrix
}

extension WeightMatrix {
  /// Valid as long as the matrix.
  package var borrowed: BorrowedMatrix { BorrowedMatrix(descriptor: descriptor) }

  /// The same values in f32 with memory of their own; itself when it is f32 already.
  package func expanded() -> WeightMatrix {
    format == .float32 ? self : WeightMatrix(values: values(), rows: rows, columns: columns)
  }

  /// The exact f32 values, row-major, by the serial kernels. For small tensors.
  package func values() -> [Float] {
    [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
      guard let base = buffer.baseAddress, let table = ck_table_for(Int32(CK_SERIAL)) else {
        return
      }
      withUnsafePointer(to: descriptor) { table.pointee.expand_rows($0, 0, rows, base, columns) }
      count = rows * columns
    }
  }
}
