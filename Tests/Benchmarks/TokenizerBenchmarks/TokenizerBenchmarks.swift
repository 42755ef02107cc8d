import Foundation
import Model
import Tokenizer

/// Encodes each line of a file and prints one JSON line; `bench.py` compares it with a peer.
///
///     TokenizerBenchmarks MODEL FILE REPEATS
@main struct TokenizerBenchmarks {
  struct Usage: Error {}

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let repeats = Int(arguments[3]) else { throw Usage() }
    let tokenizer = try CheckpointTokenizer.open(path: arguments[1]).tokenizer
    let lines = try String(contentsOfFile: arguments[2], encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    var seconds: [Double] = []
    var (count, hash): (Int, UInt64) = (0, 0)
    for _ in 0...max(1, repeats) {
      let start = processorSeconds()
      (count, hash) = (0, 14_695_981_039_346_656_037)
      for line in lines {
        for token in try tokenizer.encode(line, addsSpecialTokens: false).tokens {
          hash = (hash ^ UInt64(UInt32(bitPattern: Int32(token)))) &* 1_099_511_628_211
          count += 1
        }
      }
      seconds.append(processorSeconds() - start)
    }
    print(
      "{\"seconds\": \(seconds.dropFirst().min() ?? 0), \"tokens\": \(count), \"hash\": \"\(hash)\"}"
    )
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
