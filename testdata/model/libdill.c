// libdill.yaml against the declarations of libdill.h.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct dill_chclause;
struct dill_ipaddr;
int64_t dill_now(void);                                                 // role: now result=return:ms monotonic
int dill_msleep(int64_t deadline);                                      // role: sleep deadline=arg0:ms monotonic infinite=-1 nowait=0
int dill_fdin(int fd, int64_t deadline);                                // role: block deadline=arg1:ms monotonic infinite=-1 nowait=0
int dill_bundle_wait(int h, int64_t deadline);                          // role: block deadline=arg1:ms monotonic infinite=-1 nowait=0
int dill_choose(struct dill_chclause *clauses, int nclauses, int64_t deadline); // role: block deadline=arg2:ms monotonic infinite=-1 nowait=0
int dill_tcp_accept(int s, struct dill_ipaddr *addr, int64_t deadline); // role: block deadline=arg2:ms monotonic infinite=-1 nowait=0
int dill_chrecv(int ch, void *val, size_t len, int64_t deadline);       // role: block deadline=arg3:ms monotonic infinite=-1 nowait=0
ssize_t dill_mrecv(int s, void *buf, size_t len, int64_t deadline);     // role: block deadline=arg3:ms monotonic infinite=-1 nowait=0
int dill_ipaddr_remote(struct dill_ipaddr *addr, const char *name, int port, int mode, int64_t deadline); // role: block deadline=arg4:ms monotonic infinite=-1 nowait=0
int dill_hclose(int h);                                                 // role: none

const void *libdill[] = {dill_now, dill_msleep, dill_fdin, dill_bundle_wait, dill_choose, dill_tcp_accept, dill_chrecv, dill_mrecv, dill_ipaddr_remote, dill_hclose};
