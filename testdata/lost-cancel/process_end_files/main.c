#include "app.h"

int main(void)
{
    struct ctx *process = app_context();
    return app_run_bad(process);
}
