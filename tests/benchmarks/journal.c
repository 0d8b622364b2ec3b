/* The native command line with a clock at the state file: built with client/state instrumented by the
 * compiler (-finstrument-functions), so that each call into it, from anywhere, starts the clock and
 * its return stops it. So does json_print (--wrap): texts are made of documents for nothing else.
 * All of it is the real program; what the clock itself takes counts as the journal's.
 *
 * If JOURNAL_FIGURES names a file, it gets NAME <TAB> figure at the end: seconds in the state file
 * and in all, of the clock on the wall and of the processor, and the number of calls. */
#include "client/base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct span {
    double wall, cpu;
};

struct journal_clock {
    int depth; /* state functions call each other */
    long calls;
    struct span start; /* of the outermost call */
    struct span spent;
    struct span began; /* the program */
};

/* Called by what the compiler inserts. */
void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);
char *__real_json_print(const struct json *json);
char *__wrap_json_print(const struct json *json);

static struct journal_clock *clock_get(void)
{
    static struct journal_clock clock; /* the inserted calls have no argument of ours */
    return &clock;
}

static double seconds(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct span now(void)
{
    return (struct span){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

void __cyg_profile_func_enter(void *function, void *caller)
{
    struct journal_clock *c = clock_get();
    (void)function;
    (void)caller;
    if (c->depth++ == 0) {
        c->calls++;
        c->start = now();
    }
}

void __cyg_profile_func_exit(void *function, void *caller)
{
    struct journal_clock *c = clock_get();
    (void)function;
    (void)caller;
    if (--c->depth == 0) {
        struct span end = now();
        c->spent.wall += end.wall - c->start.wall;
        c->spent.cpu += end.cpu - c->start.cpu;
    }
}

char *__wrap_json_print(const struct json *json)
{
    __cyg_profile_func_enter(NULL, NULL);
    char *text = __real_json_print(json);
    __cyg_profile_func_exit(NULL, NULL);
    return text;
}

__attribute__((constructor)) static void begin(void)
{
    clock_get()->began = now();
}

__attribute__((destructor)) static void end(void)
{
    const struct journal_clock *c = clock_get();
    const char *path = getenv("JOURNAL_FIGURES");
    FILE *file = path ? fopen(path, "w") : NULL;
    struct span end = now();
    if (!file) {
        return;
    }
    fprintf(file, "wall\t%.6f\ncpu\t%.6f\ncalls\t%ld\n", c->spent.wall, c->spent.cpu, c->calls);
    fprintf(file, "run-wall\t%.6f\nrun-cpu\t%.6f\n", end.wall - c->began.wall, end.cpu);
    fclose(file);
}
