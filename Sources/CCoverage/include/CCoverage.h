#ifndef CCOVERAGE_H
#define CCOVERAGE_H

// A module at the bottom, beside the maps of system libraries: it imports nothing, and vrxd alone imports it.

// In the coverage runtime that a build with coverage is linked with; absent from every other.
extern int __llvm_profile_write_file(void) __attribute__((weak));

/// Writes down which lines have run, in a build that counts them; else does nothing. For a process that ends without
/// its libraries' clean-up, which would do so.
static inline void coverage_write(void) {
  if (__llvm_profile_write_file) __llvm_profile_write_file();
}

#endif
