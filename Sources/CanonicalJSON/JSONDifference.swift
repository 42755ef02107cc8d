/// Where two documents differ.
public enum JSONDifference {
  /// The places of the differences in words, at most `limit`, in the order of the documents.
  ///
  /// Elements of a list that have an `id` are called by it, so that an inserted element is one
  /// difference.
  public static func places(_ left: JSONValue, _ right: JSONValue, limit: Int = 20) -> [String] {
    var places: [String] = []
    compare(left, right, path: "", limit: limit, places: &places)
    return places
  }

  private static func compare(
    _ left: JSONValue?, _ right: JSONValue?, path: String, limit: Int, places: inout [String]
  ) {
    guard left != right, places.count < limit else { return }
    let name = path.isEmpty ? "the document" : path
    switch (left, right) {
    case (.object(let left), .object(let right)):
      for key in Set(left.keys).union(right.keys).sorted() {
        let next = path.isEmpty ? key : "\(path).\(key)"
        compare(left[key], right[key], path: next, limit: limit, places: &places)
      }
    case (.array(let left), .array(let right)):
      if let leftIDs = identified(left), let rightIDs = identified(right) {
        for id in Set(leftIDs.keys).union(rightIDs.keys).sorted() {
          compare(
            leftIDs[id], rightIDs[id], path: "\(path)[\(id)]", limit: limit, places: &places)
        }
        if leftIDs == rightIDs { places.append("\(name): the order differs") }
      } else if left.count == right.count {
        for index in left.indices {
          compare(
            left[index], right[index], path: "\(path)[\(index)]", limit: limit, places: &places)
        }
      } else {
        places.append("\(name): \(left.count) elements against \(right.count)")
      }
    case (let left?, let right?):
      places.append("\(name): \(short(left)) against \(short(right))")
    case (let left?, nil): places.append("\(name): \(short(left)) against nothing")
    case (nil, let right?): places.append("\(name): nothing against \(short(right))")
    case (nil, nil): break
    }
  }

  private static func identified(_ elements: [JSONValue]) -> [String: JSONValue]? {
    var byID: [String: JSONValue] = [:]
    for element in elements {
      guard let id = element["id"]?.stringValue, byID.updateValue(element, forKey: id) == nil else {
        return nil
      }
    }
    return byID.isEmpty ? nil : byID
  }

  private static func short(_ value: JSONValue) -> String {
    let text = (try? value.canonicalText()) ?? "a number that is not finite"
    return text.count > 60 ? text.prefix(57) + "…" : text
  }
}
