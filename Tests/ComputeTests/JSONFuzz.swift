import CanonicalJSON
import Compute
import Randomness

/// Seeded inputs that are almost right, where mistakes hide.
struct JSONFuzz {
  private var random: RandomStream

  init(random: RandomStream) { self.random = random }

  /// Numbers at which formulas break.
  private static let numbers: [JSONValue] = [
    0, 1, -1, 2, 3, 0.5, -0.5, 1e-300, 5e-324, 1e-17, 0.1, 0.05, 0.95, 0.999_999_999_999, 1e9,
    1e15, 1e16, 1e300, -1e300, 1.797_693_134_862_315_7e308, 1_000_000_000_000, 1_000_000,
    4_294_967_296, 9_223_372_036_854_775_807, -9_223_372_036_854_775_808, .number(-0.0), 7, 100,
    10_000, .number(.nan), .number(.infinity), .number(-.infinity), 1.000_000_1, 49, 64,
  ]

  private static let others: [JSONValue] = [
    nil, true, false, "", "NaN", "less", "two-sided", [], [[]], [0], [1, 1, 1], [[0, 0], [0, 0]],
    .object([:]), "\u{0}",
  ]

  /// One to three changes somewhere in the value.
  mutating func mutated(_ value: JSONValue) -> JSONValue {
    var value = value
    for _ in 0...random.integer(below: 3) { value = changed(value, depth: 0) }
    return value
  }

  /// The declared fields with values of any kind.
  mutating func object(for function: ComputeFunction) -> JSONValue {
    var members: [String: JSONValue] = [:]
    for input in function.inputs where input.isRequired || random.integer(below: 2) == 0 {
      members[input.name] = anything(depth: 0)
    }
    return .object(members)
  }

  private mutating func changed(_ value: JSONValue, depth: Int) -> JSONValue {
    switch value {
    case .object(var members) where !members.isEmpty && depth < 8:
      let keys = members.keys.sorted()
      let key = keys[random.integer(below: keys.count)]
      switch random.integer(below: 12) {
      case 0: members[key] = nil
      case 1: members["surplus"] = anything(depth: depth + 1)
      default: members[key] = members[key].map { changed($0, depth: depth + 1) }
      }
      return .object(members)
    case .array(var elements) where !elements.isEmpty && depth < 8:
      let index = random.integer(below: elements.count)
      switch random.integer(below: 10) {
      case 0: elements.remove(at: index)
      case 1: elements.append(elements[index])
      case 2: elements = []
      case 3: elements = elements.map { _ in elements[index] }
      case 4: elements = Array(elements.prefix(1))
      case 5: elements.reverse()
      default: elements[index] = changed(elements[index], depth: depth + 1)
      }
      return .array(elements)
    default:
      return anything(depth: depth)
    }
  }

  private mutating func anything(depth: Int) -> JSONValue {
    switch random.integer(below: depth > 3 ? 8 : 11) {
    case 0...5: return Self.numbers[random.integer(below: Self.numbers.count)]
    case 6: return Self.others[random.integer(below: Self.others.count)]
    case 7: return .integer(Int64(random.integer(below: 50)))
    default:
      return .array((0..<random.integer(below: 7)).map { _ in anything(depth: depth + 1) })
    }
  }
}
