// A driver whose card is the host: the calls that render_engine/cuda and FFmpeg make, so that their real code runs in tests.
// Streams run at once, but FFmpeg's copies within the card wait in the null stream until somebody waits for it. Modules are
// numbers. Kernels are those that host.h built into this library.
// As on a card, what needs a context fails in a thread that has none.
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <time.h>
#include <atomic>
#include <vector>

typedef unsigned long long u64;
enum { OK = 0, OUT_OF_MEMORY = 2, NO_DEVICE = 100, INVALID_IMAGE = 200, INVALID_CONTEXT = 201, NOT_FOUND = 500, LAUNCH_FAILED = 719, NOT_SUPPORTED = 801 };
static const size_t MEMORY = getenv("FAKE_MEMORY") ? atol(getenv("FAKE_MEMORY")) : 16l << 30, LINE = 256;
static std::atomic<long> launches{getenv("FAKE_LAUNCHES") ? atol(getenv("FAKE_LAUNCHES")) : -1};  // until the card fails
static void *const PRIMARY = (void *)0x1000;
static std::atomic<size_t> used{0};
static std::atomic<int> streams{0}, retained{0};
static thread_local std::vector<void *> contexts;  // the last is current
#define NEEDS_CONTEXT if (contexts.empty() || !contexts.back()) return INVALID_CONTEXT

// What one copy of rows is told: lengths in bytes, the kind of memory of each end, and where it lies.
struct End {
    size_t x, y;
    unsigned kind;  // 1: the host's, 2: the card's
    char *host, *card, *array;
    size_t pitch;
    char *at(size_t row) const { return (kind == 1 ? host : card) + (y + row) * pitch + x; }
};
struct Rows {
    End from, to;
    size_t width, height;
    void done() const {
        for (size_t row = 0; row < height; row++) memmove(to.at(row), from.at(row), width);
    }
};
static_assert(sizeof(Rows) == 128, "as CUDA lays it out");

static thread_local std::vector<Rows> waiting;  // in the null stream
static void all_done() {
    for (const Rows &copy : waiting) copy.done();
    waiting.clear();
}

struct Mark {
    timespec time;
    void *stream;
};


extern "C" {
int cuInit(unsigned) { return getenv("FAKE_INIT") ? atoi(getenv("FAKE_INIT")) : OK; }
int cuDriverGetVersion(int *version) { return *version = 13000, OK; }
int cuDeviceGetCount(int *count) { return *count = getenv("FAKE_CARDS") ? atoi(getenv("FAKE_CARDS")) : 1, OK; }
int cuDeviceGet(int *device, int number) { return *device = number, OK; }
int cuDeviceGetName(char *name, int length, int) { return snprintf(name, length, "Fake Card"), OK; }
int cuDeviceGetAttribute(int *value, int which, int) { return *value = which == 75 ? 9 : which == 14 ? 512 : 0, OK; }  // 14: how textures lie
int cuDevicePrimaryCtxRetain(void **context, int) { return retained++, *context = PRIMARY, OK; }
int cuDevicePrimaryCtxRelease(int) { return retained--, OK; }
int cuDevicePrimaryCtxGetState(int, unsigned *flags, int *active) { return *flags = 0, *active = retained > 0, OK; }
int cuDevicePrimaryCtxSetFlags(int, unsigned) { return OK; }
int cuDeviceComputeCapability(int *major, int *minor, int) { return *major = 9, *minor = 0, OK; }
int cuCtxCreate_v2(void **context, unsigned, int) { return *context = malloc(1), contexts.push_back(*context), OK; }
int cuCtxDestroy_v2(void *context) { return free(context), OK; }
int cuCtxPushCurrent_v2(void *context) { return contexts.push_back(context), OK; }
int cuCtxPopCurrent_v2(void **context) {
    NEEDS_CONTEXT;
    if (context) *context = contexts.back();
    return contexts.pop_back(), OK;
}
int cuCtxSetCurrent(void *context) {
    if (!contexts.empty()) contexts.pop_back();
    return contexts.push_back(context), OK;
}
int cuCtxGetCurrent(void **context) { return *context = contexts.empty() ? nullptr : contexts.back(), OK; }
int cuCtxGetDevice(int *device) {
    NEEDS_CONTEXT;
    return *device = 0, OK;
}
int cuCtxSetLimit(int, size_t) { return OK; }
int cuMemGetInfo(size_t *free, size_t *whole) { return *free = MEMORY - used, *whole = MEMORY, OK; }
int cuMemAlloc(u64 *address, size_t size) {
    NEEDS_CONTEXT;
    if (used + size > MEMORY) return OUT_OF_MEMORY;
    size_t *block = (size_t *)aligned_alloc(LINE, (size + 2 * LINE - 1) / LINE * LINE);
    *block = size, used += size;
    return *address = (u64)block + LINE, OK;
}
int cuMemAlloc_v2(u64 *address, size_t size) { return cuMemAlloc(address, size); }
int cuMemAllocPitch_v2(u64 *address, size_t *pitch, size_t width, size_t height, unsigned) {
    return *pitch = (width + LINE - 1) / LINE * LINE, cuMemAlloc(address, *pitch * height);
}
int cuMemFree(u64 address) {
    NEEDS_CONTEXT;
    size_t *block = (size_t *)(address - LINE);
    return used -= *block, free(block), OK;
}
int cuMemFree_v2(u64 address) { return cuMemFree(address); }
int cuMemHostAlloc(void **address, size_t size, unsigned) { return *address = malloc(size), OK; }
int cuMemFreeHost(void *address) { return free(address), OK; }
int cuMemsetD8Async(u64 to, unsigned char value, size_t size, void *) { return memset((void *)to, value, size), OK; }
#define COPY(name, to_type, from_type, ...)                                                                       \
    int name(to_type to, from_type from, size_t size __VA_ARGS__) {                                               \
        NEEDS_CONTEXT;                                                                                            \
        return memmove((void *)to, (const void *)from, size), OK;                                                 \
    }
COPY(cuMemcpyHtoDAsync, u64, const void *, , void *)
COPY(cuMemcpyHtoDAsync_v2, u64, const void *, , void *)
COPY(cuMemcpyHtoD_v2, u64, const void *)
COPY(cuMemcpyDtoHAsync, void *, u64, , void *)
COPY(cuMemcpyDtoHAsync_v2, void *, u64, , void *)
COPY(cuMemcpyDtoH_v2, void *, u64)
COPY(cuMemcpyDtoDAsync, u64, u64, , void *)
COPY(cuMemcpyDtoDAsync_v2, u64, u64, , void *)
COPY(cuMemcpyDtoD_v2, u64, u64)
COPY(cuMemcpy, u64, u64)
COPY(cuMemcpyAsync, u64, u64, , void *)
int cuMemcpy2D_v2(const Rows *copy) {
    NEEDS_CONTEXT;
    return copy->done(), OK;
}
int cuMemcpy2DAsync_v2(const Rows *copy, void *stream) {
    NEEDS_CONTEXT;
    if (!stream && copy->from.kind == 2 && copy->to.kind == 2) return waiting.push_back(*copy), OK;
    return all_done(), cuMemcpy2D_v2(copy);
}
int cuStreamCreate(void **stream, unsigned) { return *stream = (void *)(u64)++streams, OK; }
int cuStreamDestroy(void *) { return OK; }
int cuStreamDestroy_v2(void *) { return OK; }
int cuStreamQuery(void *) { return OK; }
int cuStreamSynchronize(void *stream) { return stream ? OK : (all_done(), OK); }
int cuStreamAddCallback(void *stream, void (*call)(void *, int, void *), void *data, unsigned) {
    return call(stream, OK, data), OK;
}
int cuEventSynchronize(void *event) { return ((Mark *)event)->stream ? OK : (all_done(), OK); }
int cuStreamWaitEvent(void *, void *event, unsigned) { return cuEventSynchronize(event); }
int cuEventCreate(void **event, unsigned) { return *event = malloc(sizeof(Mark)), OK; }
int cuEventDestroy(void *event) { return free(event), OK; }
int cuEventDestroy_v2(void *event) { return free(event), OK; }
int cuEventQuery(void *) { return OK; }
int cuEventRecord(void *event, void *stream) {
    ((Mark *)event)->stream = stream;
    return clock_gettime(CLOCK_MONOTONIC, &((Mark *)event)->time), OK;
}
int cuEventElapsedTime(float *ms, void *begin, void *end) {
    timespec *a = &((Mark *)begin)->time, *b = &((Mark *)end)->time;
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
    NEEDS_CONTEXT;
    if (!launches) return LAUNCH_FAILED;
    if (launches > 0) launches--;
    return ((void (*)(unsigned, unsigned, unsigned, unsigned, const void *))function)(bx, by, tx, ty, arguments[0]), OK;
}
int cuGetErrorString(int status, const char **text) {
    return *text = status == OUT_OF_MEMORY ? "out of memory" : status == NO_DEVICE ? "no CUDA-capable device is detected"
        : status == LAUNCH_FAILED ? "unspecified launch failure" : "refused", OK;
}
int cuGetErrorName(int, const char **text) { return *text = "CUDA_ERROR", OK; }
int cuGetProcAddress(const char *name, void **address, int, u64, int *found) {
    void *self = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    *address = dlsym(self, name);
    if (found) *found = *address ? 0 : 1;
    return OK;
}
int cuGetProcAddress_v2(const char *name, void **address, int version, u64 flags, int *found) {
    return cuGetProcAddress(name, address, version, flags, found);
}

// FFmpeg looks for these, and loads no CUDA without them; nothing here calls them.
#define ABSENT(name) int name() { return NOT_SUPPORTED; }
ABSENT(cuArray3DCreate_v2) ABSENT(cuArrayCreate_v2) ABSENT(cuArrayDestroy) ABSENT(cuDestroyExternalMemory)
ABSENT(cuDestroyExternalSemaphore) ABSENT(cuDeviceGetByPCIBusId) ABSENT(cuDeviceGetLuid) ABSENT(cuDeviceGetPCIBusId)
ABSENT(cuDeviceGetUuid) ABSENT(cuDeviceGetUuid_v2) ABSENT(cuDevicePrimaryCtxReset) ABSENT(cuEGLStreamConsumerDisconnect)
ABSENT(cuEGLStreamProducerConnect) ABSENT(cuEGLStreamProducerDisconnect) ABSENT(cuEGLStreamProducerPresentFrame)
ABSENT(cuEGLStreamProducerReturnFrame) ABSENT(cuExternalMemoryGetMappedBuffer) ABSENT(cuExternalMemoryGetMappedMipmappedArray)
ABSENT(cuGLGetDevices_v2) ABSENT(cuGraphicsGLRegisterImage) ABSENT(cuGraphicsMapResources)
ABSENT(cuGraphicsResourceGetMappedPointer_v2) ABSENT(cuGraphicsSubResourceGetMappedArray) ABSENT(cuGraphicsUnmapResources)
ABSENT(cuGraphicsUnregisterResource) ABSENT(cuImportExternalMemory) ABSENT(cuImportExternalSemaphore) ABSENT(cuLinkAddData)
ABSENT(cuLinkComplete) ABSENT(cuLinkCreate) ABSENT(cuLinkDestroy) ABSENT(cuMemAllocManaged) ABSENT(cuMipmappedArrayDestroy)
ABSENT(cuMipmappedArrayGetLevel) ABSENT(cuModuleGetGlobal) ABSENT(cuSignalExternalSemaphoresAsync) ABSENT(cuTexObjectCreate)
ABSENT(cuTexObjectDestroy) ABSENT(cuWaitExternalSemaphoresAsync)
}
