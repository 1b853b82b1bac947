#include "retry.h"

#include <unistd.h>

void delay_grows(int attempt)
{
    usleep(100000u << attempt);
}

void delay_stays(void)
{
    usleep(100000u);
}
