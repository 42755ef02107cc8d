extension ModelConfiguration {
  /// The checks that every architecture needs before anything is allocated by these numbers.
  ///
  /// It returns nothing on purpose: Swift 6.3.1 loses the error register of a throwing function
  /// that returns a copy of this struct (release builds only; the caller then sees an error that
  /// nobody threw).
  func validate() throws {
    guard queryHeads % keyValueHeads == 0 else {
      throw ModelError.badConfiguration(
        key: "num_key_value_heads", problem: "it must divide num_attention_heads")
    }
    guard 2 * rotary.inverseFrequencies.count <= headSize else {
      throw ModelError.badConfiguration(
        key: "rope", problem: "it rotates more values than a head has")
    }
    guard queryHeads * headSize <= 1 << 24 else {
      throw ModelError.badConfiguration(
        key: "num_attention_heads", problem: "the heads are impossibly large")
    }
    if let linear = linearAttention {
      guard linear.valueHeads % linear.keyHeads == 0 else {
        throw ModelError.badConfiguration(
          key: "linear_num_key_heads", problem: "it must divide linear_num_value_heads")
      }
      guard linear.channels <= 1 << 24,
        linear.valueHeads * linear.keyHeadSize * linear.valueHeadSize <= 1 << 28
      else {
        throw ModelError.badConfiguration(
          key: "linear_num_value_heads", problem: "the recurrent state is impossibly large")
      }
    }
    if let experts = experts, experts.perToken > experts.count {
      throw ModelError.badConfiguration(
        key: "num_experts_per_tok", problem: "it exceeds the expert count")
    }
  }
}
