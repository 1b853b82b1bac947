// Other spellings of the same shape, and things that only look like it.
#include <stdbool.h>
#include <stddef.h>

typedef struct TaskContext TaskContext;

TaskContext *TaskContextWithTimeout(TaskContext *parent, int timeoutMs);
void TaskContextCancel(TaskContext *context);
bool TaskContextIsDone(const TaskContext *context);
int TaskContextRemaining(const TaskContext *context);
int taskRun(TaskContext *context);

static int camel_case_bad(TaskContext *parent)
{
    TaskContext *made = TaskContextWithTimeout(parent, 200); // want nested-timeout "200 ms.*capped.*3 s"
    int result = taskRun(made);
    TaskContextCancel(made);
    return result;
}

static int camel_case_ok(TaskContext *parent)
{
    int left = TaskContextRemaining(parent);
    TaskContext *made = TaskContextWithTimeout(parent, left < 200 ? left : 200);
    int result = taskRun(made);
    TaskContextCancel(made);
    return result;
}

int handle_ok(TaskContext *request)
{
    TaskContext *made = TaskContextWithTimeout(request, 3000);
    int result = camel_case_bad(made) + camel_case_ok(made);
    TaskContextCancel(made);
    return result;
}

// A builder returns its argument, with another setting.
struct builder;
struct builder *builder_new(void);
struct builder *builder_with_timeout(struct builder *builder, int timeout_ms);
int builder_send(struct builder *builder);

static int send_ok(struct builder *builder)
{
    return builder_send(builder_with_timeout(builder, 500));
}

int builder_ok(void)
{
    struct builder *builder = builder_with_timeout(builder_new(), 3000);
    return send_ok(builder);
}
