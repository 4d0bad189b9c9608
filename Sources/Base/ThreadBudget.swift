import Foundation

/// How many threads may compute at once: in networks, in BLAS, and in parallel helpers.
///
/// Each of these divides its work among at most `cores` threads. Work that calls BLAS from several threads runs it
/// on one thread each (`LinearAlgebra.onOneThread`), so that there are never cores × cores threads.
package enum ThreadBudget {
  /// 1 or more: the processors that this process may use, or fewer where `OMP_NUM_THREADS` asks for fewer.
  package static let cores = cores(
    processors: availableProcessors(), wanted: ProcessInfo.processInfo.environment["OMP_NUM_THREADS"])

  /// The budget on so many processors. `wanted` is a value of `OMP_NUM_THREADS`: a number, or numbers of nested teams.
  static func cores(processors: Int, wanted: String?) -> Int {
    let first = wanted?.split(separator: ",").first?.trimmingCharacters(in: .whitespaces)
    guard let limit = first.flatMap({ Int($0) }), limit > 0 else { return max(1, processors) }
    return max(1, min(processors, limit))
  }

  /// Processors in the calling thread's affinity mask (`taskset`, control groups), which Foundation's count leaves out.
  private static func availableProcessors() -> Int {
    let status = try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
    return status.flatMap(allowedProcessors) ?? ProcessInfo.processInfo.activeProcessorCount
  }

  /// The number of processors that the kernel's status of a thread allows it, from a line like
  /// "Cpus_allowed:\tff,ffffffff"; nil without one.
  static func allowedProcessors(status: String) -> Int? {
    let name = "Cpus_allowed:"
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else { return nil }
    let count = line.dropFirst(name.count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return count > 0 ? count : nil
  }
}
