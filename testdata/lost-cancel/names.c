// Other spellings of the same shape, and things that only look like it.
#include <stdbool.h>
#include <stddef.h>

typedef struct TaskContext TaskContext;

TaskContext *TaskContextWithCancel(TaskContext *parent);
TaskContext *TaskContextWithTimeout(TaskContext *parent, int timeoutMs);
void TaskContextCancel(TaskContext *context);
bool TaskContextIsDone(const TaskContext *context);
int taskRun(TaskContext *context);

int camel_case_bad(TaskContext *parent)
{
    TaskContext *made = TaskContextWithTimeout(parent, 200); // want lost-cancel "made"
    return taskRun(made);
}

int camel_case_ok(TaskContext *parent)
{
    TaskContext *made = TaskContextWithTimeout(parent, 200);
    int result = taskRun(made);
    TaskContextCancel(made);
    return result;
}

// A builder returns its argument: nothing is derived, nothing to cancel.
struct builder;
struct builder *builder_new(void);
struct builder *builder_with_timeout(struct builder *builder, int timeout_ms);
struct builder *builder_with_header(struct builder *builder, const char *header);
int builder_send(struct builder *builder);

int builder_ok(void)
{
    struct builder *builder = builder_new();
    builder_with_timeout(builder, 500);
    builder_with_header(builder, "Accept: text/plain");
    return builder_send(builder);
}

// Orders are cancelled too, and have nothing to do with time.
struct order;
struct order *order_new(int id);
struct order *order_with_discount(struct order *order, int percent);
void order_cancel(struct order *order);
int order_place(struct order *order);

int order_ok(int id)
{
    struct order *order = order_with_discount(order_new(id), 10);
    return order_place(order);
}
