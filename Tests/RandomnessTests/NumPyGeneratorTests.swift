import CanonicalJSON
import Randomness
import Testing

@Suite struct NumPyGeneratorTests {
  private static func generators() throws -> [JSONValue] {
    try NumPyReference.load()["generators"]?.arrayValue ?? []
  }

  @Test func `seed sequence words`() throws {
    for reference in try Self.generators() {
      let sequence = SeedSequence(entropy: NumPyReference.word(reference["seed"]))
      let words = NumPyReference.words(reference["words32"])
      #expect(words.count == 6)
      #expect(sequence.words32(6).map(UInt64.init) == words)
      #expect(sequence.words64(4) == NumPyReference.words(reference["words64"]))
    }
  }

  @Test func `raw words and uniforms`() throws {
    for reference in try Self.generators() {
      let seed = NumPyReference.word(reference["seed"])
      var raw = NumPyGenerator(seed: seed)
      #expect((0..<6).map { _ in raw.next64() } == NumPyReference.words(reference["raw"]))
      var random = NumPyGenerator(seed: seed)
      #expect((0..<5).map { _ in random.uniform() } == NumPyReference.doubles(reference["uniform"]))
    }
  }

  @Test func `bounded integers of every width`() throws {
    for reference in try Self.generators() {
      for row in reference["integers"]?.arrayValue ?? [] {
        var random = NumPyGenerator(seed: NumPyReference.word(reference["seed"]))
        let bound = Int(NumPyReference.word(row["bound"]))
        let values = NumPyReference.words(row["values"])
        #expect(values.count == 9)
        #expect(random.integers(below: bound, count: 9).map(UInt64.init) == values, "\(bound)")
      }
    }
  }

  @Test func `the spare half word survives a double`() throws {
    for reference in try Self.generators() {
      var random = NumPyGenerator(seed: NumPyReference.word(reference["seed"]))
      let got: [Double] = [
        Double(random.integer(below: 10)), random.uniform(), Double(random.integer(below: 10)),
        Double(random.integer(below: 10)), random.uniform(),
      ]
      #expect(got == NumPyReference.doubles(reference["mixed"]))
    }
  }

  @Test func `permutation and choice`() throws {
    for reference in try Self.generators() {
      let seed = NumPyReference.word(reference["seed"])
      func fresh() -> NumPyGenerator { NumPyGenerator(seed: seed) }
      var random = fresh()
      #expect(random.permutation(12) == NumPyReference.integers(reference["permutation"]))
      random = fresh()
      #expect(random.choice(20, count: 8) == NumPyReference.integers(reference["choiceSmall"]))
      random = fresh()
      #expect(random.choice(9, count: 9) == NumPyReference.integers(reference["choiceAll"]))
      random = fresh()
      #expect(
        random.choice(10_050, count: 300).map { Array($0.prefix(6)) }
          == NumPyReference.integers(reference["choiceTail"]))
      random = fresh()
      #expect(
        random.choice(50_000, count: 40).map { Array($0.prefix(6)) }
          == NumPyReference.integers(reference["choiceFloyd"]))
      random = fresh()
      #expect(
        random.integers(below: 30, count: 8) == NumPyReference.integers(reference["replaced"]))
    }
  }

  @Test func `choice of more than there are is nothing`() {
    var random = NumPyGenerator(seed: 1)
    #expect(random.choice(3, count: 4) == nil)
    #expect(random.choice(0, count: 0) == [])
    #expect(random.permutation(0) == [])
  }
}
