// From fine values to 8 bits by a fixed pattern of position. Twin of cpu/dither.py.
#pragma once
#include "kernel.cuh"

// 0…1: a Bayer matrix of 16 × 16.
DEVICE float threshold(int x, int y) {
    int value = 0;
    for (int bit = 0; bit < 4; bit++) {
        int right = x >> bit & 1, below = y >> bit & 1;
        value = value * 4 + (below ? 3 - 2 * right : 2 * right);
    }
    return (value + 0.5f) / 256.0f;
}

DEVICE int dithered(float value, int x, int y) { return (int)within(floorf(value + threshold(x, y)), 0.0f, 255.0f); }

struct alignas(16) Fine {
    float v[4];  // levels of 8 bits: blue, green, red, alpha
};

DEVICE Pixel dithered(const Fine &value, int x, int y) {
    return pixel(dithered(value.v[0], x, y), dithered(value.v[1], x, y), dithered(value.v[2], x, y), dithered(value.v[3], x, y));
}

DEVICE Pixel rounded(const Fine &value) {
    return pixel(level(value.v[0]), level(value.v[1]), level(value.v[2]), level(value.v[3]));
}
