#include "store.h"

const struct store_ops memory_store = { .get = memory_get_ok };
