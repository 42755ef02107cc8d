import Statistics

extension ComputeRegistry {
  /// Tests and intervals for one proportion.
  static let frequencies: [ComputeFunction] = []
}
