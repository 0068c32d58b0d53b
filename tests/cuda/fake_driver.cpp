// A driver whose card is the host: the few calls that render_engine/cuda makes, so that its real code runs in tests.
// Streams run at once; contexts, modules and events are numbers. Kernels are those that host.h built into this library.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <time.h>

typedef unsigned long long u64;
enum { OK = 0, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_IMAGE = 200, NOT_FOUND = 500 };
static const size_t MEMORY = 256 << 20;
static size_t used = 0;
static int streams = 0, retained = 0;


extern "C" {
int cuInit(unsigned) { return getenv("FAKE_INIT") ? atoi(getenv("FAKE_INIT")) : OK; }
int cuDriverGetVersion(int *version) { return *version = 13000, OK; }
int cuDeviceGetCount(int *count) { return *count = getenv("FAKE_CARDS") ? atoi(getenv("FAKE_CARDS")) : 1, OK; }
int cuDeviceGet(int *device, int number) { return *device = number, OK; }
int cuDeviceGetName(char *name, int length, int) { return snprintf(name, length, "Fake Card"), OK; }
int cuDeviceGetAttribute(int *value, int which, int) { return *value = which == 75 ? 9 : 0, OK; }
int cuDevicePrimaryCtxRetain(void **context, int) { return retained++, *context = (void *)0x1000, OK; }
int cuDevicePrimaryCtxRelease(int) { return retained--, OK; }
int cuCtxSetCurrent(void *) { return OK; }
int cuMemGetInfo(size_t *free, size_t *whole) { return *free = MEMORY - used, *whole = MEMORY, OK; }
int cuMemAlloc(u64 *address, size_t size) {
    if (used + size > MEMORY) return OUT_OF_MEMORY;
    size_t *block = (size_t *)malloc(size + 64);
    *block = size, used += size;
    return *address = (u64)block + 64, OK;
}
int cuMemFree(u64 address) {
    size_t *block = (size_t *)(address - 64);
    return used -= *block, free(block), OK;
}
int cuMemHostAlloc(void **address, size_t size, unsigned) { return *address = malloc(size), OK; }
int cuMemFreeHost(void *address) { return free(address), OK; }
int cuMemcpyHtoDAsync(u64 to, const void *from, size_t size, void *) { return memcpy((void *)to, from, size), OK; }
int cuMemcpyDtoHAsync(void *to, u64 from, size_t size, void *) { return memcpy(to, (void *)from, size), OK; }
int cuMemcpyDtoDAsync(u64 to, u64 from, size_t size, void *) { return memmove((void *)to, (void *)from, size), OK; }
int cuStreamCreate(void **stream, unsigned) { return *stream = (void *)(u64)++streams, OK; }
int cuStreamDestroy(void *) { return streams--, OK; }
int cuStreamWaitEvent(void *, void *, unsigned) { return OK; }
int cuEventCreate(void **event, unsigned) { return *event = malloc(sizeof(timespec)), OK; }
int cuEventDestroy(void *event) { return free(event), OK; }
int cuEventRecord(void *event, void *) { return clock_gettime(CLOCK_MONOTONIC, (timespec *)event), OK; }
int cuEventSynchronize(void *) { return OK; }
int cuEventElapsedTime(float *ms, void *begin, void *end) {
    timespec *a = (timespec *)begin, *b = (timespec *)end;
    return *ms = (b->tv_sec - a->tv_sec) * 1e3f + (b->tv_nsec - a->tv_nsec) * 1e-6f, OK;
}
int cuModuleLoadData(void **module, const void *image) {
    if (*(const unsigned *)image != 0xBA55ED50) return INVALID_IMAGE;  // no fatbin
    return *module = (void *)0x2000, OK;
}
int cuModuleUnload(void *) { return OK; }
int cuModuleGetFunction(void **function, void *, const char *name) {
    char symbol[256];
    snprintf(symbol, sizeof symbol, "run_%s", name);
    return *function = dlsym(RTLD_DEFAULT, symbol), *function ? OK : NOT_FOUND;
}
int cuLaunchKernel(void *function, unsigned bx, unsigned by, unsigned, unsigned tx, unsigned ty, unsigned, unsigned, void *,
                   void **arguments, void **) {
    return ((void (*)(unsigned, unsigned, unsigned, unsigned, const void *))function)(bx, by, tx, ty, arguments[0]), OK;
}
int cuGetErrorString(int status, const char **text) {
    return *text = status == OUT_OF_MEMORY ? "out of memory" : status == NO_DEVICE ? "no CUDA-capable device is detected" : "refused", OK;
}
int cuGetProcAddress(const char *name, void **address, int, u64, int *found) {
    void *self = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    *address = dlsym(self, name);
    if (found) *found = *address ? 0 : 1;
    return OK;
}
int cuGetProcAddress_v2(const char *name, void **address, int version, u64 flags, int *found) {
    return cuGetProcAddress(name, address, version, flags, found);
}
}
