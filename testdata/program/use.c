// Calls through what ops.c fills.
#include "ops.h"

static void closed(void *arg) {
    (void)arg;
}

int use(struct device *device, int which) {
    device_on_close(device, closed, device);
    int got = device_read(device, 1);
    if (which)
        got += device->ops->write(device, 2); // -> disk_write [indirect]
    else
        got += (*(which ? tape_ops() : &disk_ops)->read)(device, 3); // -> disk_read [indirect], tape_read [indirect]
    for (int i = 0; i < 2; i++)
        device->ops->hooks[i](); // -> flush [indirect], sync_all [indirect]
    struct device copy = *device;
    copy.callback.on_close(copy.callback.arg); // -> closed [indirect]
    return got;
}
