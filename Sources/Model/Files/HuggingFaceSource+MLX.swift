internal import Kernels

extension HuggingFaceSource {
  /// MLX affine modules, left as packed: `W = scale · q + bias`, lowest bits first.
  ///
  /// Bits and group size follow from the shapes, because the number of columns is known; the
  /// overrides in `config.json` can only repeat them.
  /// - Source: mlx 0.32 `mx.quantize`, mode "affine".
  func mlxMatrices(
    _ module: String, count: Int, rows: Int, columns: Int
  ) throws -> [WeightMatrix] {
    let words = try tensor(module + ".weight")
    let scales = try tensor(module + ".scales")
    guard hasTensor(module + ".biases") else {
      throw ModelError.unsupportedFormat(
        tensor: words.name, format: "MLX without biases (mxfp4 or nvfp4)")
    }
    let biases = try tensor(module + ".biases")
    let leading = count == 1 ? [rows] : [count, rows]
    guard words.type == .uint32, words.shape.count == leading.count + 1,
      Array(words.shape.dropLast()) == leading, let width = words.shape.last
    else {
      throw ModelError.wrongShape(tensor: words.name, expected: leading + [-1], found: words.shape)
    }
    guard width * 32 == columns * 4 || width * 32 == columns * 8 else {
      throw ModelError.unsupportedFormat(
        tensor: words.name,
        format: "MLX with \(width) words for \(columns) weights (not 4 or 8 bits)"
      )
    }
    guard case .weights(let scaleFormat) = scales.type, scaleFormat.block?.weights == 1,
      scales.type == biases.type, scales.shape == biases.shape,
      Array(scales.shape.dropLast()) == leading, let groups = scales.shape.last, groups > 0,
      columns % groups == 0, columns / groups % 8 == 0
    else {
      throw ModelError.badTensor(
        name: scales.name, problem: "scales and biases do not fit the weight")
    }
    guard let base = words.bytes.baseAddress, let scaleBase = scales.bytes.baseAddress,
      let biasBase = biases.bytes.baseAddress
    else { throw ModelError.badTensor(name: words.name, problem: "it is empty") }
    let scaleWidth = scaleFormat == .float32 ? 4 : 2
    let owner = StoredTensor.owner(of: [words, scales, biases])
    return (0..<count).map { index in
      let (dataStep, scaleStep) = (rows * width * 4, rows * groups * scaleWidth)
      return .mlx(
        words: base + index * dataStep, scales: scaleBase + index * scaleStep,
        biases: biasBase + index * scaleStep, scaleFormat: scaleFormat, groupCount: groups,
        bits: width * 32 / columns, rows: rows, columns: columns, owner: owner)
    }
  }
}
