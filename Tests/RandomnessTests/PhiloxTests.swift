import Randomness
import Testing

/// Known answers: Random123 1.14 `kat_vectors` (philox4x64, 10 rounds), checked with
/// `numpy.random.Philox` (numpy 2.4.6).
@Suite struct PhiloxTests {
  @Test func `zero key and counter`() {
    let words = Philox4x64(key: (0, 0)).block((0, 0, 0, 0))
    #expect(words.0 == 0x1655_4d9e_ca36_314c)
    #expect(words.1 == 0xdb20_fe9d_672d_0fdc)
    #expect(words.2 == 0xd7e7_72ce_e186_176b)
    #expect(words.3 == 0x7e68_b68a_ec7b_a23b)
  }
}
