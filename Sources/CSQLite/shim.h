#ifndef REFEREE_CSQLITE_SHIM_H
#define REFEREE_CSQLITE_SHIM_H
#include <sqlite3.h>
#endif
