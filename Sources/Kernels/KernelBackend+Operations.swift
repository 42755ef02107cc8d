internal import CKernels

/// The row operations, by their formulas. Counts are in values; buffers must be that long.
extension KernelBackend {
  package func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    table.pointee.dot(a, b, count)
  }

  /// `out = x / sqrt(mean(x²) + ε) ⊙ w`
  package func rmsNorm(
    _ x: UnsafePointer<Float>, _ weight: [Float], epsilon: Float,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.rms_norm(x, weight, weight.count, epsilon, out)
  }

  /// As ``rmsNorm(_:_:epsilon:into:)`` in place.
  package func rmsNormalise(
    _ x: UnsafeMutablePointer<Float>, _ weight: [Float], epsilon: Float
  ) {
    table.pointee.rms_normalise(x, weight, weight.count, epsilon)
  }

  /// `x ← x / sqrt(Σx² + ε) · scale`
  package func l2Normalise(
    _ x: UnsafeMutablePointer<Float>, _ count: Int, epsilon: Float, scale: Float
  ) {
    table.pointee.l2_norm(x, count, epsilon, scale)
  }

  /// `out = w ⊙ x / sqrt(mean(x²) + ε) ⊙ silu(gate)`
  package func gatedRMSNorm(
    _ x: UnsafePointer<Float>, _ weight: [Float], gate: UnsafePointer<Float>, epsilon: Float,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.gated_rms_norm(x, weight, gate, weight.count, epsilon, out)
  }

  package func softmax(_ x: UnsafeMutablePointer<Float>, _ count: Int) {
    table.pointee.softmax(x, count)
  }

  /// `out = silu(gate) ⊙ up`
  package func swiglu(
    _ gate: UnsafePointer<Float>, _ up: UnsafePointer<Float>, _ count: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.swiglu(gate, up, count, out)
  }

  /// `x ← x ⊙ σ(gate)`
  package func sigmoidGate(
    _ x: UnsafeMutablePointer<Float>, _ gate: UnsafePointer<Float>, _ count: Int
  ) {
    table.pointee.sigmoid_gate(x, gate, count)
  }

  /// `y ← y + a x`
  package func addScaled(
    _ a: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    table.pointee.add_scaled(a, x, y, count)
  }

  /// `y ← y + x`
  package func add(
    _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    table.pointee.add(x, y, count)
  }

  /// Softmax attention of queries that share keys and values, over `count` positions that lie
  /// `stride` values apart.
  ///
  /// - Parameters:
  ///   - queries: `queryCount` of them, `queryStride` apart.
  ///   - scores: room for 4 · `count` values.
  ///   - out: `[queryCount, headSize]`.
  package func attend(
    queries: UnsafePointer<Float>, queryStride: Int, queryCount: Int,
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, stride: Int, count: Int,
    headSize: Int, scale: Float, scores: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.attend(
      queries, queryStride, queryCount, keys, values, stride, count, headSize, scale, scores, out,
      headSize)
  }

  /// One step of the gated delta rule on `state[keySize, valueSize]`.
  package func deltaStep(
    state: UnsafeMutablePointer<Float>, query: UnsafePointer<Float>, key: UnsafePointer<Float>,
    value: UnsafePointer<Float>, keySize: Int, valueSize: Int, decay: Float, beta: Float,
    into out: UnsafeMutablePointer<Float>
  ) {
    table.pointee.delta_step(state, query, key, value, keySize, valueSize, decay, beta, out)
  }

  /// `out[c] = silu(Σ_m w[c, m] window[m][c])` for the channels `c`.
  package func convolve(
    _ weight: [Float], window: [UnsafePointer<Float>?], channels: Range<Int>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let (first, taps) = (channels.lowerBound, window.count)
    let parts = window.map { $0.map { $0 + first } }
    weight.withUnsafeBufferPointer { weights in
      guard let base = weights.baseAddress else { return }
      table.pointee.conv_step(
        base + first * taps, parts, taps, channels.count, out + first)
    }
  }

  /// `sums[j] += |z[j]| · norms[j] · factor`
  package func accumulateContributions(
    _ z: UnsafePointer<Float>, norms: UnsafePointer<Float>, factor: Float, _ count: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    table.pointee.accumulate_contributions(z, norms, factor, count, sums)
  }

  /// `sums[j] += w[j]²`
  package func accumulateSquares(
    _ w: UnsafePointer<Float>, _ count: Int, into sums: UnsafeMutablePointer<Double>
  ) {
    table.pointee.accumulate_squares(w, count, sums)
  }

  /// `1 / (1 + e^−x)` with the kernels' own exponential.
  package static func sigmoid(_ x: Float) -> Float { ck_sigmoid(x) }
}
