import Glibc

/// The process's own input and output, hidden from all other code.
package enum StandardStreams {
  /// Duplicates standard input and output to other descriptors; descriptor 0 then reads nothing and descriptor 1 is
  /// standard error, so that no `print` and no library's warning reaches the protocol. A standard error that is a pipe
  /// never blocks: what does not fit is lost, so that a client which does not drain it cannot stop the daemon.
  package static func isolate() throws(StreamError) -> (reading: Int32, writing: Int32) {
    stopBlockingOnErrors()
    let reading = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    let writing = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard reading >= 0, writing >= 0, nothing >= 0, dup2(nothing, STDIN_FILENO) >= 0,
      dup2(STDERR_FILENO, STDOUT_FILENO) >= 0
    else { throw StreamError(code: errno) }
    close(nothing)
    return (reading, writing)
  }

  /// Opens the pipe again: other processes share the mode of the inherited one.
  private static func stopBlockingOnErrors() {
    var information = stat()
    guard fstat(STDERR_FILENO, &information) == 0, information.st_mode & S_IFMT == S_IFIFO else { return }
    let own = open("/proc/self/fd/\(STDERR_FILENO)", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    guard own >= 0 else { return }
    dup2(own, STDERR_FILENO)
    close(own)
  }
}

/// A failure of the operating system with the process's streams.
package struct StreamError: Error, Sendable, CustomStringConvertible {
  /// The system's error number.
  package var code: Int32

  package var description: String { "standard input and output cannot be used: \(String(cString: strerror(code)))" }
}
