package import CKernels

/// The kernels of one instruction set with the threads that run them.
///
/// Every result has the same bits for any instruction set, thread count and batch
/// (`docs/engine.md`, "One summation order").
public final class KernelBackend: Sendable {
  public let instructionSet: InstructionSet
  public let pool: WorkerPool
  /// `nonisolated(unsafe)`: a constant table of function pointers in the C library.
  nonisolated(unsafe) package let table: UnsafePointer<ck_table>

  /// - Parameters:
  ///   - instructionSet: `nil` takes the widest one.
  ///   - threads: threads that work, the caller included.
  /// - Throws: ``KernelError``.
  public init(instructionSet: InstructionSet? = nil, threads: Int) throws(KernelError) {
    let chosen = instructionSet ?? .best
    guard let table = ck_table_for(chosen.number) else {
      throw .instructionSetUnavailable(chosen)
    }
    self.instructionSet = chosen
    self.table = table
    pool = try WorkerPool(threads: threads)
  }

  /// Rows of one task: large enough to amortise the wake-up, small enough to balance.
  package static let rowsPerTask = 32

  /// `y[t, :] = W x[t, :]`, rows split over the threads.
  ///
  /// - Parameters:
  ///   - x: `[tokens, xStride]`; - y: `[tokens, yStride]`.
  package func multiply(
    _ matrix: WeightMatrix, _ x: UnsafePointer<Float>, xStride: Int? = nil, tokens: Int,
    into y: UnsafeMutablePointer<Float>, yStride: Int? = nil
  ) {
    guard tokens > 0 else { return }
    let tasks = (matrix.rows + Self.rowsPerTask - 1) / Self.rowsPerTask
    pool.run(tasks) { task, worker in
      let first = task * Self.rowsPerTask
      multiply(
        matrix, rows: first..<min(first + Self.rowsPerTask, matrix.rows), x,
        xStride: xStride ?? matrix.columns, tokens: tokens, into: y,
        yStride: yStride ?? matrix.rows, worker: worker)
    }
  }

  /// The part of a product that one task computes.
  package func multiply(
    _ matrix: WeightMatrix, rows: Range<Int>, _ x: UnsafePointer<Float>, xStride: Int,
    xRows: UnsafePointer<Int32>? = nil, tokens: Int, into y: UnsafeMutablePointer<Float>,
    yStride: Int, yRows: UnsafePointer<Int32>? = nil, worker: Int
  ) {
    withUnsafePointer(to: matrix.descriptor) { descriptor in
      let scratch = pool.scratch(worker: worker, floats: ck_scratch_floats(descriptor))
      table.pointee.multiply_rows(
        descriptor, rows.lowerBound, rows.upperBound, x, xStride, xRows, tokens, y, yStride, yRows,
        scratch)
    }
  }

  /// Rows of a matrix in f32, into `out[count, columns]`.
  package func expand(
    _ matrix: WeightMatrix, rows: Range<Int>, into out: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: matrix.descriptor) {
      table.pointee.expand_rows($0, rows.lowerBound, rows.count, out, matrix.columns)
    }
  }

  /// The exact f32 values of a whole matrix, row-major.
  public func values(of matrix: WeightMatrix) -> [Float] {
    [Float](unsafeUninitializedCapacity: matrix.rows * matrix.columns) { buffer, count in
      if let base = buffer.baseAddress { expand(matrix, rows: 0..<matrix.rows, into: base) }
      count = matrix.rows * matrix.columns
    }
  }
}
