#ifndef OPS_H
#define OPS_H

struct device;
typedef int (*reader)(struct device *device, int bytes);

struct device_ops {
    reader read;
    int (*write)(struct device *device, int bytes);
    void (*hooks[2])(void);
};

struct device {
    const struct device_ops *ops;
    struct {
        void (*on_close)(void *arg);
        void *arg;
    } callback;
};

extern const struct device_ops disk_ops;
struct device_ops *tape_ops(void);
void device_on_close(struct device *device, void (*on_close)(void *arg), void *arg);

// Each unit has a copy of this; it is one function.
static inline int device_read(struct device *device, int bytes) {
    return device->ops->read(device, bytes); // -> disk_read [indirect], tape_read [indirect]
}

#endif
