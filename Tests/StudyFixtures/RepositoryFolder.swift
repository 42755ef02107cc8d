/// Places in the checked-out repository, for tests that read its data.
public enum RepositoryFolder {
  /// The absolute path of a file or folder of the repository.
  public static func path(_ relative: String, from here: String = #filePath) -> String {
    // <root>/Tests/StudyFixtures/RepositoryFolder.swift
    here.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/") + "/" + relative
  }
}
