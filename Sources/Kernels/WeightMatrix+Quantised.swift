internal import CKernels

extension WeightMatrix {
  /// GPTQ int4: `W[o, i] = scales[g, o] · (q[i, o] − (zeros[g, o] + zeroShift))`, `g = groups[i]`.
  ///
  /// - Parameters:
  ///   - words: `qweight` `[columns/8, rows]`; - zeros: `[groupCount, rows/8]`;
  ///   - scales: `[groupCount, rows]` in `scaleFormat`;
  ///   - groups: `[columns]` int32, each below `groupCount`; `nil`: column div `groupSize`.
  package static func gptq(
    words: UnsafeRawPointer, zeros: UnsafeRawPointer, scales: UnsafeRawPointer,
    scaleFormat: WeightFormat, groups: UnsafeRawPointer?, groupSize: Int, groupCount: Int,
    zeroShift: Int, rows: Int, columns: Int, owner: any AnyObject & Sendable
  ) -> WeightMatrix {
    var descriptor = ck_matrix()
    descriptor.data = words.assumingMemoryBound(to: UInt8.self)
    descriptor.row_bytes = rows * 4
    descriptor.scales = scales.assumingMemoryBound(to: UInt8.self)
    descriptor.offsets = zeros.assumingMemoryBound(to: UInt8.self)
    descriptor.groups = groups?.assumingMemoryBound(to: UInt8.self)
    descriptor.rows = rows
    descriptor.stored_rows = rows
    descriptor.columns = columns
    descriptor.group_size = groupSize
    descriptor.group_count = groupCount
    descriptor.format = WeightFormat.gptq4.rawValue
    descriptor.bits = 4
    descriptor.scale_format = scaleFormat.rawValue
    descriptor.zero_shift = Int32(zeroShift)
    let scaleBytes = scaleFormat == .float32 ? 4 : 2
    return WeightMatrix(
      descriptor: descriptor, format: .gptq4,
      sizeBytes: rows * columns / 2 + groupCount * rows * scaleBytes + groupCount * rows / 2,
      owner: owner)
  }

  /// MLX affine: `W = scale · q + bias`, `bits` 4 or 8, packed along the row, lowest bits first.
  ///
  /// - Parameters:
  ///   - words: `[rows, columns · bits/32]`; - scales, biases: `[rows, groupCount]`.
  package static func mlx(
    words: UnsafeRawPointer, scales: UnsafeRawPointer, biases: UnsafeRawPointer,
    scaleFormat: WeightFormat, groupCount: Int, bits: Int, rows: Int, columns: Int,
    owner: any AnyObject & Sendable
  ) -> WeightMatrix {
    var descriptor = ck_matrix()
    descriptor.data = words.assumingMemoryBound(to: UInt8.self)
    descriptor.row_bytes = columns * bits / 8
    descriptor.scales = scales.assumingMemoryBound(to: UInt8.self)
    descriptor.offsets = biases.assumingMemoryBound(to: UInt8.self)
    descriptor.rows = rows
    descriptor.stored_rows = rows
    descriptor.columns = columns
    descriptor.group_size = columns / groupCount
    descriptor.group_count = groupCount
    descriptor.format = WeightFormat.mlx.rawValue
    descriptor.bits = Int32(bits)
    descriptor.scale_format = scaleFormat.rawValue
    let scaleBytes = scaleFormat == .float32 ? 4 : 2
    return WeightMatrix(
      descriptor: descriptor, format: .mlx,
      sizeBytes: rows * (columns * bits / 8 + 2 * groupCount * scaleBytes), owner: owner)
  }
}
