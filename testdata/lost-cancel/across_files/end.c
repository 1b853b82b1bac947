#include "scope.h"

void end_of_program_ok(void)
{
    scope_end(global_scope, true);
}
