import Foundation
import Importing
import RawStore
import Testing

/// Mutated files of every format: none may crash, and a store that took one must still verify.
///
/// 200 in every run; 10,000 of each format with `REFEREE_SLOW=1`.
@Suite struct HostileInputTests {
  private static let isSlow = ProcessInfo.processInfo.environment["REFEREE_SLOW"] == "1"

  private struct Generator {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(bound, 1)))
    }
  }

  private static func mutated(_ bytes: [UInt8], _ random: inout Generator) -> [UInt8] {
    var bytes = bytes
    let tokens = [
      "null", "1e999", "-1", "\"", "{", "[", "]", "}", ",", "\n", "\u{0}", "99999999999999999999",
      "NaN", "\\ud800", "true", "\r\n",
    ].map { Array($0.utf8) }
    for _ in 0...random.next(4) where !bytes.isEmpty {
      let position = random.next(bytes.count)
      switch random.next(6) {
      case 0: bytes[position] = UInt8(random.next(256))
      case 1: bytes.removeSubrange(position..<min(bytes.count, position + 1 + random.next(40)))
      case 2: bytes.insert(contentsOf: tokens[random.next(tokens.count)], at: position)
      case 3: bytes.removeSubrange(position...)
      case 4:
        let end = min(bytes.count, position + random.next(200))
        bytes.insert(contentsOf: bytes[position..<end], at: random.next(bytes.count))
      default: bytes[position] ^= UInt8(1 << random.next(8))
      }
    }
    return bytes
  }

  private static func seeds() throws -> [(name: String, bytes: [UInt8])] {
    let scratch = try ImportScratch()
    try scratch.writeHNeuronFolder()
    try scratch.write("rows.csv", "item,alpha,outcome\n\"a\"\"b\",1,true\nc,2,NA\nd,0.5,0\n")
    let names = [
      "faith/h-neurons/alpha_1.0.jsonl", "sampling/consistency_samples.jsonl",
      "sampling/answer_tokens.jsonl", "sampling/train_qids.json",
      "detection/classifier_disjoint_summary.json", "detection/classifier_structure_summary.json",
      "faith/h-neurons/run.provenance.20260101_000000.json", "rows.csv",
    ]
    var seeds = try names.map { name in
      (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.root + "/" + name))))
    }
    for name in ["tiny.json", "tiny.eval", "tiny-deflate.eval"] {
      let url = ImportScratch.fixtures.appending(path: "inspect/" + name)
      seeds.append(("inspect/" + name, [UInt8](try Data(contentsOf: url))))
    }
    let folder = ImportScratch.fixtures.appending(path: "lm-eval/org__small@alpha=2.0")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
      seeds.append(("m/" + name, [UInt8](try Data(contentsOf: folder.appending(path: name)))))
    }
    return seeds
  }

  @Test func `mutated files are refused or read, and the store stays whole`() throws {
    var random = Generator(state: 20_260_101)
    for (name, bytes) in try Self.seeds() {
      let rounds = Self.isSlow ? 10_000 : 16
      let batch = Self.isSlow ? 200 : 8
      for start in stride(from: 0, to: rounds, by: batch) {
        let scratch = try ImportScratch()
        for index in 0..<batch {
          // A folder each, so that names and formats stay recognisable.
          try scratch.write("case\(start + index)/\(name)", Data(Self.mutated(bytes, &random)))
        }
        let store = try scratch.store()
        let report = try scratch.run(store)
        let check = try store.verify()
        #expect(check.isIntact, "\(name) \(start): \(check.problems)")
        #expect(report.isCommitted || report.conflictCount > 0)
        if report.isCommitted && report.hasChanges { _ = try store.table() }
        try store.close()
      }
    }
  }
}
