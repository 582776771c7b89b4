// The library is its header; a target needs a source all the same.
#include "byte_scan.h"
