import Foundation
import GRDB

/// Rebuildable rows by recipe, and images by content.
extension Workspace {
  /// Takes a stage's result, to be written soon.
  func keep(_ value: some StageValue, for recipe: Recipe) {
    // A result that cannot be written whole is computed again later.
    guard let content = try? value.archived() else { return }
    let part: Int64 = type(of: value).isCumulative ? Recipe.part(of: content) : 0
    writer.add(.init(recipe: recipe, part: part, kind: type(of: value).kind, content: content))
  }

  /// The known results of a recipe, written or waiting. Empty where reading fails: the next flush then throws.
  func contents(of recipe: Recipe) -> [[UInt8]] {
    let waiting = writer.pending(recipe).map(\.content)
    do {
      let written = try pool.read { database in
        let statement = try database.cachedStatement(sql: "SELECT content FROM stage WHERE recipe = ?")
        return try Data.fetchAll(statement, arguments: [recipe.bytes])
      }
      if !written.isEmpty { writer.touch(recipe) }
      return written.map { [UInt8]($0) } + waiting
    } catch {
      writer.fail(error)
      return waiting
    }
  }

  /// Takes the extents of an image that could be decoded.
  func keepImage(hash: String, width: Int, height: Int, path: String?) {
    writer.add(.init(hash: hash, width: width, height: height, path: path))
  }

  /// The extents of an image that could be decoded once.
  func imageExtents(hash: String) -> (width: Int, height: Int)? {
    do {
      return try pool.read { database in
        let statement = try database.cachedStatement(sql: "SELECT width, height FROM image WHERE hash = ?")
        return try Row.fetchOne(statement, arguments: [hash]).map {
          (try $0.decode(forColumn: "width"), try $0.decode(forColumn: "height"))
        }
      }
    } catch {
      writer.fail(error)
      return nil
    }
  }

  /// The failure that prevents writing, until `retry()`.
  package var failure: WorkspaceError? { writer.currentFailure }

  /// Tries to write the unwritten rows again.
  package func retry() { writer.retry() }

  /// Waits until everything taken so far is written. Throws `WorkspaceError`.
  package func flush() throws { try writer.flush() }
}
