// A library that ends the children of a context with it, and says so: who ends the parent has ended them.
#ifdef __clang__
#define TL(text) __attribute__((annotate("timeoutlint: " text)))
#else
#define TL(text)
#endif

struct task;
TL("root") struct task *task_new(void);
TL("derive parent=arg0 timeout=arg1:ms freed_with_parent") struct task *task_child(struct task *parent, int timeout_ms);
TL("derive parent=arg0 timeout=arg1:ms") struct task *task_apart(struct task *parent, int timeout_ms);
TL("cancel object=arg0") void task_end(struct task *task);
TL("block object=arg0") int task_run(struct task *task, int id);

int in_a_row_ok(int id)
{
    struct task *parent = task_new();
    struct task *child = task_child(parent, 100);
    int result = task_run(child, id);
    task_end(parent);
    return result;
}

#define WITH_TASK(name) for (struct task *name = task_new(); name; task_end(name), name = 0)

int by_macro_ok(int id)
{
    int result = 0;
    WITH_TASK(parent) {
        struct task *child = task_child(parent, 100);
        result += task_run(child, id);
    }
    return result;
}

static void finish(struct task *task)
{
    if (task)
        task_end(task);
}

int by_helper_ok(int id)
{
    struct task *parent = task_new();
    int result = -1;
    if (!parent)
        return result;
    struct task *child = task_child(parent, 100);
    if (!child)
        goto out;
    result = task_run(child, id);
out:
    finish(parent);
    return result;
}

// Nobody here ends the parent.
int parent_of_others_bad(struct task *parent, int id)
{
    struct task *child = task_child(parent, 100); // want lost-cancel "child"
    return task_run(child, id);
}

// On one path only.
int on_one_path_bad(int id)
{
    struct task *parent = task_new();
    struct task *child = task_child(parent, 100); // want lost-cancel "child"
    int result = task_run(child, id);
    if (result < 0)
        return result;
    task_end(parent);
    return result;
}

// These outlive their parent.
int apart_bad(int id)
{
    struct task *parent = task_new();
    struct task *child = task_apart(parent, 100); // want lost-cancel "child"
    int result = task_run(child, id);
    task_end(parent);
    return result;
}
