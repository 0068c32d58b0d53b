// What CUDA gives the kernels, for the host's compiler: each launch is four loops, one thread after another.
#pragma once
#include <math.h>

struct Count {
    unsigned x, y;
};
static thread_local Count block_number, thread_number, block_size;

static inline int here_x() { return block_number.x * block_size.x + thread_number.x; }
static inline int here_y() { return block_number.y * block_size.y + thread_number.y; }
static inline int block_x() { return block_number.x; }
static inline int block_y() { return block_number.y; }
static inline int in_block() { return thread_number.y * block_size.x + thread_number.x; }
static inline float rsqrtf(float value) { return 1.0f / sqrtf(value); }

#define DEVICE static inline
#define ONCE

// run_NAME launches; size_NAME tells how many bytes its arguments have.
#define KERNEL(name, Arguments)                                                                  \
    static void name(const Arguments &a);                                                        \
    extern "C" unsigned size_##name() { return sizeof(Arguments); }                              \
    extern "C" void run_##name(unsigned bx, unsigned by, unsigned tx, unsigned ty, const void *a) { \
        block_size = {tx, ty};                                                                   \
        for (unsigned j = 0; j < by; j++)                                                        \
            for (unsigned i = 0; i < bx; i++)                                                    \
                for (unsigned v = 0; v < ty; v++)                                                \
                    for (unsigned u = 0; u < tx; u++) {                                          \
                        block_number = {i, j};                                                   \
                        thread_number = {u, v};                                                  \
                        name(*(const Arguments *)a);                                             \
                    }                                                                            \
    }                                                                                            \
    static void name(const Arguments &a)
