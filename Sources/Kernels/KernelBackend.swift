package import CKernels

/// The kernels of one instruction set with the threads that run them.
///
/// Every result has the same bits for any instruction set, thread count and batch
/// (`docs/engine.md`, "One summation order").
public final class KernelBackend: Sendable {
  public let instructionSet: InstructionSet
  public let pool: WorkerPool
  public let activationMode: ActivationMode
  /// `nonisolated(unsafe)`: a constant table of function pointers in the C library.
  nonisolated(unsafe) package let table: UnsafePointer<ck_table>

  /// - Parameters:
  ///   - instructionSet: `nil` takes the widest one.
  ///   - threads: threads that work, the caller included.
  ///   - activationMode: part of the function that is computed, unlike the other two.
  /// - Throws: ``KernelError``.
  public init(
    instructionSet: InstructionSet? = nil, threads: Int, activationMode: ActivationMode = .float32
  ) throws(KernelError) {
    let chosen = instructionSet ?? .best
    guard let table = ck_table_for(chosen.number) else {
      throw .instructionSetUnavailable(chosen)
    }
    self.instructionSet = chosen
    self.activationMode = activationMode
    self.table = table
    pool = try WorkerPool(threads: threads)
  }

  /// One of several products of the same inputs: `y[t, :] = W x[t, :]`, `y` `[tokens, yStride]`.
  package struct Product {
    let matrix: WeightMatrix
    let y: UnsafeMutablePointer<Float>

    package init(_ matrix: WeightMatrix, into y: UnsafeMutablePointer<Float>) {
      self.matrix = matrix
      self.y = y
    }
  }

  /// Rows of one task: large enough to amortise the wake-up, small enough to balance; whole tiles.
  package func rowsPerTask(_ rows: Int) -> Int {
    let share = rows / (16 * pool.threadCount) / 32 * 32
    return min(max(share, 32), 256)
  }

  /// The inputs of a product in the form that the activation mode asks for: `nil` for f32.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, no gaps.
  ///   - matrices: those that will be multiplied with; without an integer product among them nothing
  ///     is rounded.
  ///   - storage: of the result, valid until it is used again.
  package func rounded(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, for matrices: [WeightMatrix],
    in storage: RoundedRows
  ) -> RoundedRows? {
    guard activationMode == .int8, matrices.contains(where: \.hasIntegerProduct) else {
      return nil
    }
    storage.reserve(rows: rows, columns: columns)
    withUnsafePointer(to: storage.descriptor) { target in
      // A pointer into the stack frame of this call, which outlives the job.
      nonisolated(unsafe) let target = target
      let step = 8
      pool.run((rows + step - 1) / step) { task, _ in
        for row in task * step..<min((task + 1) * step, rows) {
          table.pointee.round_int8(x + row * columns, columns, target, row)
        }
      }
    }
    return storage
  }

  /// Products of the same inputs as one job, rows split over the threads.
  ///
  /// - Parameter x: `[tokens, columns]`.
  package func multiply(
    _ products: [Product], _ x: UnsafePointer<Float>, tokens: Int, storage: RoundedRows
  ) {
    guard tokens > 0, let columns = products.first?.matrix.columns else { return }
    let rounded = rounded(
      x, rows: tokens, columns: columns, for: products.map(\.matrix), in: storage)?.borrowed
    var tasks: [(matrix: BorrowedMatrix, rows: Range<Int>, y: UnsafeMutablePointer<Float>)] = []
    for product in products {
      let (rows, step) = (product.matrix.rows, rowsPerTask(product.matrix.rows))
      for first in stride(from: 0, to: rows, by: step) {
        tasks.append((product.matrix.borrowed, first..<min(first + step, rows), product.y))
      }
    }
    withExtendedLifetime((products, storage)) {
      tasks.withUnsafeBufferPointer { tasks in
        pool.run(tasks.count) { index, worker in
          let task = tasks[index]
          multiply(
            task.matrix, rows: task.rows, x, xStride: columns, rounded: rounded, tokens: tokens,
            into: task.y, yStride: task.matrix.descriptor.rows, worker: worker)
        }
      }
    }
  }

  /// One product, `y[t, :] = W x[t, :]`.
  package func multiply(
    _ matrix: WeightMatrix, _ x: UnsafePointer<Float>, tokens: Int,
    into y: UnsafeMutablePointer<Float>, storage: RoundedRows = RoundedRows()
  ) {
    multiply([Product(matrix, into: y)], x, tokens: tokens, storage: storage)
  }

  /// The part of a product that one task computes.
  ///
  /// - Parameter rounded: of the rows of `x`, from ``rounded(_:rows:columns:for:in:)``.
  package func multiply(
    _ matrix: BorrowedMatrix, rows: Range<Int>, _ x: UnsafePointer<Float>, xStride: Int,
    xRows: UnsafePointer<Int32>? = nil, rounded: BorrowedRows?, tokens: Int,
    into y: UnsafeMutablePointer<Float>, yStride: Int, yRows: UnsafePointer<Int32>? = nil,
    worker: Int
  ) {
    withUnsafePointer(to: matrix.descriptor) { descriptor in
      if let rounded, ck_has_int8(descriptor) {
        let scratch = pool.scratch(
          worker: worker, floats: ck_int8_scratch_floats(descriptor.pointee.columns))
        withUnsafePointer(to: rounded.descriptor) {
          table.pointee.multiply_int8(
            descriptor, rows.lowerBound, rows.upperBound, $0, xRows, tokens, y, yStride, yRows,
            scratch)
        }
        return
      }
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
