#include "ctx.h"

int charge(struct ctx *ctx, long cents)
{
	struct ctx *call = ctx_with_timeout(ctx, SECOND);
	if (!call)
		return -1;
	int status = send(call, "café 日本", cents); ctx_cancel(call);
	return status;
}
