import Randomness
import Testing

/// The published first outputs; the full table is the `rng_known_answers` family of Compute.
@Suite struct KnownAnswerTests {
  @Test func `mt19937 with the reference seed`() {
    var twister = MersenneTwister(seed: 5489)
    #expect(
      (0..<5).map { _ in twister.next() }
        == [3_499_211_612, 581_869_302, 3_890_346_734, 3_586_334_585, 545_404_204])
    // The 10,000th output, as the C++ standard demands of std::mt19937.
    for _ in 5..<9_999 { _ = twister.next() }
    #expect(twister.next() == 4_123_659_995)
  }

  @Test func `splitmix64 of seed one`() {
    var mix = SplitMix64(seed: 1)
    #expect(mix.next() == 10_451_216_379_200_822_465)
    #expect(mix.next() == 13_757_245_211_066_428_519)
  }
}
