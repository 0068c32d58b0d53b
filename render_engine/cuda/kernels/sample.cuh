// Values between pixels, from the four around them.
#pragma once
#include "dither.cuh"

DEVICE void add(Fine &sum, Pixel p, float share) {
    for (int k = 0; k < 4; k++) sum.v[k] += share * channel(p, k);
}

// At (u, v), counted from the first pixel's centre; transparent black outside.
DEVICE Fine between_or_nothing(const Image &image, float u, float v) {
    Fine sum = {{0, 0, 0, 0}};
    float left = floorf(u), top = floorf(v), x = u - left, y = v - top;
    if (left < -1.0f || top < -1.0f || left >= image.width || top >= image.height) return sum;
    int i = (int)left, j = (int)top;
    add(sum, at_or_nothing(image, i, j), (1 - x) * (1 - y));
    add(sum, at_or_nothing(image, i + 1, j), x * (1 - y));
    add(sum, at_or_nothing(image, i, j + 1), (1 - x) * y);
    add(sum, at_or_nothing(image, i + 1, j + 1), x * y);
    return sum;
}

// The same; outside, the outermost pixel goes on.
DEVICE Fine between_nearest(const Image &image, float u, float v) {
    Fine sum = {{0, 0, 0, 0}};
    u = within(u, 0.0f, image.width - 1.0f), v = within(v, 0.0f, image.height - 1.0f);
    int i = (int)u, j = (int)v;
    float x = u - i, y = v - j;
    add(sum, at_nearest(image, i, j), (1 - x) * (1 - y));
    add(sum, at_nearest(image, i + 1, j), x * (1 - y));
    add(sum, at_nearest(image, i, j + 1), (1 - x) * y);
    add(sum, at_nearest(image, i + 1, j + 1), x * y);
    return sum;
}

// A blurred picture, `by` times smaller, with a px of what lies outside on each side.
struct Soft {
    Fine *values;
    int width, height, by;
};

// Within the picture.
DEVICE Fine fine_at(const Fine *values, int width, int height, float u, float v) {
    int i = (int)u, j = (int)v, right = low(i + 1, width - 1), below = low(j + 1, height - 1);
    float across = u - i, down = v - j;
    const Fine *upper = values + (long long)j * width, *lower = values + (long long)below * width;
    Fine one = upper[i], two = upper[right], three = lower[i], four = lower[right], out;
    for (int k = 0; k < 4; k++) {
        float above = one.v[k] * (1 - across) + two.v[k] * across;
        out.v[k] = above * (1 - down) + (three.v[k] * (1 - across) + four.v[k] * across) * down;
    }
    return out;
}

DEVICE Fine soft_at(const Soft &soft, int x, int y) {
    float u = within((x + 0.5f) / soft.by + 0.5f, 0.0f, soft.width - 1.0f);
    float v = within((y + 0.5f) / soft.by + 0.5f, 0.0f, soft.height - 1.0f);
    return fine_at(soft.values, soft.width, soft.height, u, v);
}
