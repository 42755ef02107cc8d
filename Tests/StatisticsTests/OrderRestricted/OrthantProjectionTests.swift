import Randomness
import Statistics
import Testing

@Suite struct OrthantProjectionTests {
  private static func covariance(_ size: Int, _ random: inout RandomStream) -> SmallMatrix {
    let factor = (0..<size * size).map { _ in random.normal() }
    var matrix = SmallMatrix.zero(size)
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<size { matrix[i, j] += factor[i * size + k] * factor[j * size + k] }
      }
      matrix[i, i] += 0.01
    }
    return matrix
  }

  /// Pivoting must end at the set that trying all sets in order finds: the same bits.
  @Test(arguments: 1...9) func `pivoting gives the bits of enumeration`(size: Int) throws {
    var random = RandomStream(seed: 1, analysis: "orthant", index: UInt64(size))
    for _ in 0..<20 {
      let projection = try #require(OrthantProjection(Self.covariance(size, &random)))
      for _ in 0..<200 {
        let x = (0..<size).map { _ in random.normal() }
        let fast = projection.project(x)
        let slow = projection.projectByEnumeration(x)
        #expect(fast.distance == slow.distance)
        #expect(fast.positiveCount == slow.positiveCount)
      }
    }
  }

  @Test func `points on the boundary, far out and not numbers end`() throws {
    var random = RandomStream(seed: 2, analysis: "orthant")
    let projection = try #require(OrthantProjection(Self.covariance(5, &random)))
    #expect(projection.project([0, 0, 0, 0, 0]).distance == 0)
    #expect(projection.project([1, 2, 3, 4, 5]) == (0, 5))
    for x in [[1e308, -1e308, 0, 0, 1], [.nan, -1, 1, 0, 0], [.infinity, -1, 1, 0, 0]] {
      #expect(projection.project(x).positiveCount <= 5)
    }
  }

  @Test func `one component is the square of its negative part`() throws {
    let projection = try #require(
      OrthantProjection(SmallMatrix(size: 1, elements: [4])))
    #expect(projection.project([-3]) == (2.25, 0))
    #expect(projection.project([3]) == (0, 1))
  }
}
