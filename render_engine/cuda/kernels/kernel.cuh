// What all kernels share. A pixel is one word: blue in its lowest byte, then green, red, alpha; premultiplied.
//
// The host's compiler builds the same files for tests: it finds KERNEL, DEVICE, GLOBAL and here() in tests/cuda/host.h.
#pragma once

#ifdef __CUDACC__
#define KERNEL(name, Arguments) extern "C" __global__ void name(const __grid_constant__ Arguments a)
#define DEVICE static __device__ __forceinline__
#define ONCE _Pragma("unroll 1")  // a long body that is not to be written out several times
DEVICE int here_x() { return blockIdx.x * blockDim.x + threadIdx.x; }
DEVICE int here_y() { return blockIdx.y * blockDim.y + threadIdx.y; }
DEVICE int block_x() { return blockIdx.x; }
DEVICE int block_y() { return blockIdx.y; }
DEVICE int in_block() { return threadIdx.y * blockDim.x + threadIdx.x; }
#else
#include "host.h"
#endif

typedef unsigned int Pixel;
typedef unsigned char Byte;

struct Image {
    Pixel *pixels;
    int width, height;  // rows follow each other without gaps
};

struct Rect {
    int x0, y0, x1, y1;  // x1 and y1 outside
};

DEVICE int low(int a, int b) { return a < b ? a : b; }
DEVICE int high(int a, int b) { return a > b ? a : b; }
DEVICE float low(float a, float b) { return a < b ? a : b; }
DEVICE float high(float a, float b) { return a > b ? a : b; }
DEVICE int within(int value, int least, int most) { return low(high(value, least), most); }
DEVICE float within(float value, float least, float most) { return low(high(value, least), most); }

DEVICE int channel(Pixel p, int k) { return p >> (8 * k) & 255; }
DEVICE Pixel pixel(int b, int g, int r, int a) { return b | g << 8 | r << 16 | (Pixel)a << 24; }
DEVICE int level(float value) { return (int)rintf(within(value, 0.0f, 255.0f)); }  // of 8 bits, the nearest

// x / 255 rounded, as Qt has it, for 0 <= x <= 255 * 255.
DEVICE int div_255(int x) { return (x + (x >> 8) + 128) >> 8; }

// div_255 of two numbers at once, in the halves of a word.
DEVICE unsigned halves_255(unsigned x) { return (x + (x >> 8 & 0xff00ff) + 0x800080) >> 8 & 0xff00ff; }

// Each channel times share / 255.
DEVICE Pixel times(Pixel p, int share) {
    return halves_255((p & 0xff00ff) * share) | halves_255((p >> 8 & 0xff00ff) * share) << 8;
}

// one * share + other * (255 - share), over 255
DEVICE Pixel between(Pixel one, Pixel other, int share) {
    int rest = 255 - share;
    return halves_255((one & 0xff00ff) * share + (other & 0xff00ff) * rest) |
           halves_255((one >> 8 & 0xff00ff) * share + (other >> 8 & 0xff00ff) * rest) << 8;
}

DEVICE Pixel at(const Image &image, int x, int y) { return image.pixels[(long long)y * image.width + x]; }
DEVICE void put(const Image &image, int x, int y, Pixel p) { image.pixels[(long long)y * image.width + x] = p; }
DEVICE Pixel at_or_nothing(const Image &image, int x, int y) {
    return x >= 0 && y >= 0 && x < image.width && y < image.height ? at(image, x, y) : 0;
}
DEVICE Pixel at_nearest(const Image &image, int x, int y) {
    return at(image, within(x, 0, image.width - 1), within(y, 0, image.height - 1));
}

// Four pixels side by side, the first at a multiple of four: a card moves its memory at full speed only where each thread
// asks for 16 bytes. Where rows do not begin on such addresses, one after another.
struct alignas(16) Four {
    Pixel p[4];
};

DEVICE bool in_fours(const Image &image) { return (image.width & 3) == 0; }

DEVICE Four four_at(const Image &image, int x, int y) {
    const Pixel *row = image.pixels + (long long)y * image.width;
    if (in_fours(image)) return *(const Four *)(row + x);
    Four out;
    for (int k = 0; k < 4; k++) out.p[k] = row[low(x + k, image.width - 1)];
    return out;
}

DEVICE void put_four(const Image &image, int x, int y, const Four &four) {
    Pixel *row = image.pixels + (long long)y * image.width;
    if (in_fours(image))
        *(Four *)(row + x) = four;
    else
        for (int k = 0; k < 4; k++)
            if (x + k < image.width) row[x + k] = four.p[k];
}
