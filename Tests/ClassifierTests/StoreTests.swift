package import Classifier
import Foundation
import Randomness
import Testing

@Suite final class StoreTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "classifier-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func parse(_ text: String) throws -> SparseMatrix {
    try Array(text.utf8).withUnsafeBytes { try LibSVMReader().parse($0, name: "t.svm") }
  }

  @Test func `LIBSVM indices from 0 and from 1`() throws {
    let one = try parse("+1 1:0.5 3:2e1 # note\n\n-1 2:-.25\n")
    let zero = try parse("+1 0:0.5 2:20\n-1 1:-0.25\n")
    #expect(one.columns == zero.columns)
    #expect(one.values == [0.5, 20, -0.25])
    #expect(one.columnCount == 3)
    #expect(one.labels == [1, -1])
  }

  @Test(arguments: [
    ("", "t.svm:1:1: no rows"),
    ("1 2:1 2:3\n", "t.svm:1:7: index 2 after 2: indices must ascend within a line"),
    ("1 1:nan\n", "t.svm:1:5: expected a finite number as value"),
    ("1 1:1e999\n", "t.svm:1:5: the value is out of range"),
    ("1 99999999999:1\n", "t.svm:1:12: the index is larger than 2147483648"),
    ("1 -1:1\n", "t.svm:1:3: expected an index"),
    ("1 1:1\nx 1:1\n", "t.svm:2:1: expected a finite number as label"),
    ("1 1\n", "t.svm:1:4: expected ':' after the index"),
    ("1 1:12:1\n", "t.svm:1:7: expected a blank before the next entry"),
  ])
  func `a bad LIBSVM line names its place`(_ text: String, _ message: String) {
    do {
      _ = try parse(text)
      Issue.record("accepted")
    } catch { #expect("\(error)" == message) }
  }

  @Test func `numbers parse as the standard library parses them`() throws {
    var random = RandomStream(seed: 1, analysis: "test/numbers")
    for _ in 0..<2_000 {
      let value =
        (random.uniform() - 0.5) * [1e-300, 1e-20, 1, 1e10, 1e300][random.integer(below: 5)]
      #expect(try parse("1 1:\(value)\n").values == [value])
    }
  }

  @Test func `random bytes never crash the LIBSVM reader`() {
    let alphabet = Array("0123456789:.eE+- \n#qid\t\r\u{0}x".utf8)
    let rounds = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == nil ? 3_000 : 300_000
    for index in 0..<rounds {
      var random = RandomStream(seed: 7, analysis: "test/fuzz", index: UInt64(index))
      let bytes = (0..<random.integer(below: 60)).map { _ in
        alphabet[random.integer(below: alphabet.count)]
      }
      let matrix = bytes.withUnsafeBytes { try? LibSVMReader().parse($0, name: "fuzz") }
      if let matrix { #expect(matrix.labels.count == matrix.rowCount) }
    }
  }

  @Test func `a store on disk fits as the one in memory`() throws {
    let problem = SmallProblem.random(rows: 50, columns: 700, density: 0.4, seed: 2)
    let path = folder + "/store"
    let disk = try TileStore.build(
      from: problem.matrix, dtype: .f32, path: path, source: "a test")
    try disk.verifyIntegrity()
    let memory = try problem.store(.f32)
    #expect(disk.digest == memory.digest)
    #expect(throws: ClassifierError.self) {
      try TileStore.build(from: problem.matrix, dtype: .f32, path: path, source: "again")
    }
  }

  @Test(arguments: [
    "values.bin", "bounds.bin", "columns.bin", "groups.bin", "rows.bin", "rows.jsonl",
  ])
  func `a changed or cut file is noticed`(_ name: String) throws {
    let problem = SmallProblem.random(rows: 50, columns: 130, density: 0.5, seed: 2)
    let path = folder + "/store"
    _ = try TileStore.build(from: problem.matrix, dtype: .f32, path: path, source: "a test")
    let file = URL(filePath: path + "/" + name)
    let whole = try Data(contentsOf: file)
    var changed = whole
    changed[whole.count / 2] ^= 1
    try changed.write(to: file)
    #expect(throws: (any Error).self) { try TileStore(path: path).verifyIntegrity() }
    try whole.dropLast(1).write(to: file)
    #expect(throws: (any Error).self) { try TileStore(path: path) }
  }

  /// A map of the file would end the process with a signal here.
  @Test func `a file that shrinks while it is used is an error`() throws {
    let problem = SmallProblem.random(rows: 50, columns: 700, density: 0.5, seed: 2)
    let path = folder + "/store"
    let store = try TileStore.build(
      from: problem.matrix, dtype: .f32, path: path, source: "a test")
    let solver = try PathSolver(store: store, labels: problem.y, options: SolverOptions())
    #expect(truncate(path + "/values.bin", 4096) == 0)
    #expect(throws: ClassifierError.self) {
      try solver.solve([
        LogisticProblem(name: "C", cost: 1, rowWeights: problem.y.map { _ in 1 })
      ])
    }
  }

  @Test func `a store without its manifest does not exist`() throws {
    let problem = SmallProblem.random(rows: 20, columns: 30, density: 0.5, seed: 2)
    let path = folder + "/store"
    _ = try TileStore.build(from: problem.matrix, dtype: .f32, path: path, source: "a test")
    try FileManager.default.removeItem(atPath: path + "/store.json")
    #expect(throws: ClassifierError.self) { try TileStore(path: path) }
  }

  @Test func `one huge index costs one column`() throws {
    let store = try TileStore.build(
      from: try parse("1 1:1\n-1 2147483647:2\n"), dtype: .f64, source: "a test")
    #expect(store.slotCount == 2)
    #expect(store.columnCount == 2_147_483_647)
  }

  private let layout = NeuronLayout(routedExpertsPerLayer: 3, neuronsPerExpert: 8)

  private func row(_ index: Int) -> (StoreRow, [RowSpool.GroupValues]) {
    var random = RandomStream(seed: 3, analysis: "test/spool", index: UInt64(index))
    let groups = (0..<8).filter { _ in random.uniform() < 0.6 }
    return (
      StoreRow(
        item: "q\(index / 2)", outcome: index % 4 < 2, region: index % 2 == 0 ? .answer : .other),
      groups.map { group in
        .init(group: group, values: (0..<8).map { _ in Float(random.uniform()) })
      }
    )
  }

  private func spool(_ path: String) throws -> RowSpool {
    try RowSpool(path: path, layout: layout, dtype: .f16, columnCount: 64)
  }

  /// A crash leaves any prefix of the last record: whatever its length, the rows before it survive
  /// and the finished store equals the uninterrupted one.
  @Test func `a torn record is cut off and the run resumes`() throws {
    let count = 12
    let whole = try spool(folder + "/whole")
    var sizes = [0]
    for index in 0..<count {
      let (description, groups) = row(index)
      try whole.append(description, groups: groups)
      sizes.append(try Data(contentsOf: URL(filePath: folder + "/whole")).count)
    }
    let expected = try whole.seal(into: folder + "/a", source: "a test").digest
    let bytes = try Data(contentsOf: URL(filePath: folder + "/whole"))
    for (run, cut) in [10, sizes[5] + 1, sizes[5] + 39, sizes[5] + 60, sizes[6] - 1].enumerated() {
      let path = folder + "/torn\(run)"
      try bytes.prefix(cut).write(to: URL(filePath: path))
      let resumed = try spool(path)
      #expect(resumed.rows.count == (cut == 10 ? 0 : 5))
      #expect(resumed.discardedBytes > 0)
      for index in resumed.rows.count..<count {
        let (description, groups) = row(index)
        try resumed.append(description, groups: groups)
      }
      let store = try resumed.seal(
        into: folder + "/store\(run)", source: "a test", memoryBudgetBytes: 1 + run * 500)
      #expect(store.digest == expected)
    }
  }

  @Test func `damage before the last record is an error`() throws {
    let path = folder + "/spool"
    let writer = try spool(path)
    for index in 0..<4 {
      let (description, groups) = row(index)
      try writer.append(description, groups: groups)
    }
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[130] ^= 1
    try bytes.write(to: URL(filePath: path))
    #expect(throws: ClassifierError.self) { try spool(path) }
  }

  @Test func `NPY headers are checked`() throws {
    func file(_ header: String, _ data: Int) throws -> String {
      let path = folder + "/a.npy"
      var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
      bytes += [UInt8(header.utf8.count), 0] + Array(header.utf8)
      bytes += [UInt8](repeating: 0, count: data)
      try Data(bytes).write(to: URL(filePath: path))
      return path
    }
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    #expect(try NPYReader(path: try file(good, 24)).columnCount == 3)
    #expect(throws: ClassifierError.self) { try NPYReader(path: try file(good, 23)) }
    for bad in [
      "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 3), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 4294967295), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "", "{'shape': (",
    ] {
      #expect(throws: ClassifierError.self) { try NPYReader(path: try file(bad, 64)) }
    }
  }
}
