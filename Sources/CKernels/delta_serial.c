// Baseline x86-64 or any other processor: no instruction set beyond the platform's own.
#define CK_NAME(name) name##_serial
#include "bodies/delta.h"
