extension RowMapping {
  /// Reads a mapping file.
  public init(file path: String) throws {
    throw ImportError.missing(path: path)
  }
}
