// Gradients at full precision, dithered. Twin of cpu/gradient.py.
#include "dither.cuh"

enum Geometry { LINEAR_GRADIENT, RADIAL_GRADIENT, CONIC_GRADIENT };
enum Spread { PAD, REPEAT, REFLECT };

struct Gradient {
    Image target;
    const float *ramp;  // blue, green, red, alpha of each step, premultiplied, 0…255
    int steps;
    float back[9];      // from px of the target to the gradient's coordinates, as a Matrix
    float geometry[4];
    int kind, spread;
};

DEVICE float along(const Gradient &a, float x, float y) {
    const float *g = a.geometry;
    if (a.kind == LINEAR_GRADIENT) {
        float dx = g[2] - g[0], dy = g[3] - g[1], length = dx * dx + dy * dy;
        return length > 0.0f ? ((x - g[0]) * dx + (y - g[1]) * dy) / length : 1.0f;
    }
    if (a.kind == RADIAL_GRADIENT) {
        float across = (x - g[0]) / high(g[2], 1e-6f), down = (y - g[1]) / high(g[3], 1e-6f);
        return sqrtf(across * across + down * down);
    }
    float turn = atan2f(x - g[0], g[1] - y) * 0.15915494f - g[2] / 360.0f;
    return turn - floorf(turn);
}

KERNEL(gradient, Gradient) {
    int i = here_x(), j = here_y();
    if (i >= a.target.width || j >= a.target.height) return;
    const float *m = a.back;
    float px = i + 0.5f, py = j + 0.5f, w = high(m[6] * px + m[7] * py + m[8], 1e-9f);
    float share = along(a, (m[0] * px + m[2] * py + m[4]) / w, (m[1] * px + m[3] * py + m[5]) / w);
    if (a.spread == REPEAT) share -= floorf(share);
    if (a.spread == REFLECT) share = 1.0f - fabsf(share - 2.0f * floorf(share / 2.0f) - 1.0f);
    const float *color = a.ramp + 4 * (int)(within(share, 0.0f, 1.0f) * (a.steps - 1) + 0.5f);
    Fine value = {{color[0], color[1], color[2], color[3]}};
    put(a.target, i, j, dithered(value, i, j));
}
