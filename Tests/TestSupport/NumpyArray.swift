/// One C-ordered `.npy` array; values are read as the type that the test asks for.
public struct NumpyArray: Sendable {
  public let shape: [Int]
  /// For example `<f4`.
  public let type: String
  private let data: [UInt8]

  public init(npy bytes: [UInt8]) throws {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count > 10 else {
      throw NumpyArchive.Failure(description: "no npy file")
    }
    let isVersion1 = bytes[6] == 1
    let lengthBytes = isVersion1 ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let type = header.firstMatch(of: #/'descr': '([^']+)'/#),
      let shape = header.firstMatch(of: #/'shape': \(([^)]*)\)/#),
      header.contains("'fortran_order': False")
    else { throw NumpyArchive.Failure(description: "npy header \(header)") }
    self.type = String(type.1)
    self.shape = shape.1.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
    data = Array(bytes[(start + length)...])
  }

  public var count: Int { shape.reduce(1, *) }

  public var floats: [Float] {
    data.withUnsafeBytes { raw in
      (0..<count).map { index in
        type == "<f8"
          ? Float(raw.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
          : raw.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
      }
    }
  }

  public var integers: [Int] {
    data.withUnsafeBytes { raw in
      (0..<count).map { index in
        switch type {
        case "<i8": Int(raw.loadUnaligned(fromByteOffset: 8 * index, as: Int64.self))
        case "<i4": Int(raw.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self))
        default: Int(raw[index])
        }
      }
    }
  }

  public var bytes: [UInt8] { data }
}
