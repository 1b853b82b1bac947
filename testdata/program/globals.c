// Which globals keep the value of their initializer.
extern void library(int *p);

struct limits {
    int low, high;
};

extern int elsewhere;                    // written
int only_read = 5;
int assigned = 5;                        // written
static int counter;                      // written
static int passed_on = 1;                // written
static struct limits limits = {1, 2};
static struct limits changed = {1, 2};   // written
static struct limits copied_over;        // written
static const struct limits fixed = {3, 4};
static int samples[4] = {1, 2, 3, 4};
static int scratch[4];                   // written
static int reachable = 7;                // written
int *reached_by = &reachable;            // written
static const char *const text = "text";

int globals(int i) {
    static int calls;                    // written
    static const int step = 2;
    assigned = i;
    calls += step;
    counter++;
    library(&passed_on);
    changed.high = i;
    copied_over = limits;
    scratch[i] = samples[i];
    reached_by = 0;
    int *p = &scratch[1];
    return only_read + *p + fixed.low + limits.high + text[0] + calls + elsewhere;
}
