#ifndef SHOP_H
#define SHOP_H

#include "ctx.h"

int pay(const struct ctx *ctx, int amount);
int ship(const struct ctx *ctx, int id);
int send_request(const struct ctx *ctx, int value);
void log_line(const char *text);

#endif
