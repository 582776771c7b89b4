// Calls of the C library that Swift's module of it leaves out.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

// mallopt(3) and its parameters.
#include <malloc.h>
#include <stdint.h>

/// sync_file_range(2), which the headers declare for _GNU_SOURCE alone.
extern int sync_file_range(int file, int64_t offset, int64_t count, unsigned int flags);

/// SYNC_FILE_RANGE_WRITE: begin to write what is not on the disk yet, and wait for nothing.
static const unsigned int clinux_sync_file_range_write = 2;

#endif
