internal import Kernels

/// Rows of one expert's matrices, for one task of the pool.
struct ExpertJob {
  let matrix: BorrowedMatrix
  /// The up projection beside the gate; the same matrix where there is one only.
  let second: BorrowedMatrix
  let rows: Range<Int>
  /// Places of the expert's slots in the grouped list; `nil`: the shared expert, all tokens.
  let slots: Range<Int>?

  /// - Parameters:
  ///   - rows: of a routed expert's matrix.
  ///   - shared: of the shared expert's, 0 without one.
  ///   - routed: the matrices of an expert.
  static func list(
    trace: FeedForwardTrace, rows: Int, shared: Int, backend: KernelBackend,
    routed: (Int) -> (WeightMatrix?, WeightMatrix?), own: (WeightMatrix?, WeightMatrix?)
  ) -> [ExpertJob] {
    let active = (0..<trace.expertCount).filter { trace.starts[$0] < trace.starts[$0 + 1] }
    // The share is that of all experts together: a token of many experts would otherwise be cut into
    // pieces that cost less than their start.
    let step = backend.rowsPerTask(active.count * rows + shared)
    var jobs: [ExpertJob] = []
    func add(_ pair: (WeightMatrix?, WeightMatrix?), rows: Int, slots: Range<Int>?) {
      guard let first = pair.0?.borrowed, let second = pair.1?.borrowed else { return }
      for start in stride(from: 0, to: rows, by: step) {
        jobs.append(
          ExpertJob(
            matrix: first, second: second, rows: start..<min(start + step, rows), slots: slots))
      }
    }
    for expert in active {
      add(routed(expert), rows: rows, slots: trace.starts[expert]..<trace.starts[expert + 1])
    }
    add(own, rows: shared, slots: nil)
    return jobs
  }
}

extension KernelBackend {
  /// Runs every job; reading one counts no references.
  func runJobs(_ jobs: [ExpertJob], _ body: (ExpertJob, _ worker: Int) -> Void) {
    jobs.withUnsafeBufferPointer { jobs in
      pool.run(jobs.count) { index, worker in body(jobs[index], worker) }
    }
  }
}
