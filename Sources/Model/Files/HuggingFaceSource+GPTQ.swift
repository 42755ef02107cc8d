internal import Kernels

extension HuggingFaceSource {
  /// A GPTQ int4 module, left as packed.
  ///
  /// ```
  /// W[o, i] = scale[g, o] · (q[i, o] − (zero[g, o] + shift)),  g = g_idx[i]
  /// ```
  /// - Source: the AutoGPTQ v1 and GPTQModel v2 layouts.
  func gptqMatrix(_ module: String, rows: Int, columns: Int) throws -> WeightMatrix {
    let words = try tensor(module + ".qweight")
    let zeros = try tensor(module + ".qzeros")
    let scales = try tensor(module + ".scales")
    guard words.type == .int32 || words.type == .uint32 else {
      throw ModelError.unsupportedFormat(tensor: words.name, format: words.type.name)
    }
    if words.shape == [columns, rows / 8], words.shape != [columns / 8, rows] {
      throw ModelError.unsupportedFormat(tensor: words.name, format: "AWQ (input × output/8)")
    }
    guard rows % 8 == 0, columns % 8 == 0 else {
      throw ModelError.badTensor(name: words.name, problem: "its dimensions are no multiples of 8")
    }
    guard words.shape == [columns / 8, rows] else {
      throw ModelError.wrongShape(
        tensor: words.name, expected: [columns / 8, rows], found: words.shape)
    }
    guard scales.shape.count == 2, scales.shape[1] == rows, (1...columns).contains(scales.shape[0])
    else {
      throw ModelError.wrongShape(tensor: scales.name, expected: [-1, rows], found: scales.shape)
    }
    let groups = scales.shape[0]
    guard case .weights(let scaleFormat) = scales.type, scaleFormat.block?.weights == 1 else {
      throw ModelError.unsupportedFormat(tensor: scales.name, format: scales.type.name)
    }
    guard zeros.type == .int32 || zeros.type == .uint32, zeros.shape == [groups, rows / 8] else {
      throw ModelError.wrongShape(
        tensor: zeros.name, expected: [groups, rows / 8], found: zeros.shape)
    }
    var parts = [words, zeros, scales]
    let groupSize = (columns + groups - 1) / groups
    var groupIndex: UnsafeRawPointer?
    if hasTensor(module + ".g_idx") {
      let index = try tensor(module + ".g_idx")
      parts.append(index)
      let isRegular = try Self.isRegular(index, columns: columns, groups: groups, size: groupSize)
      if !isRegular { groupIndex = index.bytes.baseAddress }
    }
    guard let wordBase = words.bytes.baseAddress, let zeroBase = zeros.bytes.baseAddress,
      let scaleBase = scales.bytes.baseAddress
    else { throw ModelError.badTensor(name: words.name, problem: "it is empty") }
    return .gptq(
      words: wordBase, zeros: zeroBase, scales: scaleBase, scaleFormat: scaleFormat,
      groups: groupIndex, groupSize: groupSize, groupCount: groups, zeroShift: gptqZeroShift,
      rows: rows, columns: columns, owner: StoredTensor.owner(of: parts))
  }

  /// Whether `g_idx` is the plain order; every entry is checked, because the kernels trust it.
  private static func isRegular(
    _ index: StoredTensor, columns: Int, groups: Int, size: Int
  ) throws -> Bool {
    guard index.type == .int32, index.shape == [columns] else {
      throw ModelError.wrongShape(tensor: index.name, expected: [columns], found: index.shape)
    }
    var isRegular = true
    for column in 0..<columns {
      let group = Int(index.bytes.loadUnaligned(fromByteOffset: 4 * column, as: Int32.self))
      guard (0..<groups).contains(group) else {
        throw ModelError.badTensor(
          name: index.name, problem: "entry \(column) names group \(group) of \(groups)")
      }
      isRegular = isRegular && group == column / size
    }
    return isRegular
  }
}
