// Gaussian blur at a smaller size where sigma is large: reduced, blurred in floats along rows and columns, and sampled
// from there at full size. Twin of cpu/effects/blur.py, and of what glow, drop shadow and sharpen do with a blur.
#include "sample.cuh"

struct Shrink {
    Image source;
    Soft target;
    int goes_on;  // 1: beyond its edges the picture goes on; 0: there is nothing
};

KERNEL(shrink, Shrink) {
    int i = here_x(), j = here_y();
    if (i >= a.target.width || j >= a.target.height) return;
    int x = i - 1, y = j - 1;
    Fine sum = {{0, 0, 0, 0}};
    bool outside = x < 0 || y < 0 || x >= a.target.width - 2 || y >= a.target.height - 2;
    if (!outside || a.goes_on) {
        x = within(x, 0, a.target.width - 3) * a.target.by, y = within(y, 0, a.target.height - 3) * a.target.by;
        float share = 1.0f / (a.target.by * a.target.by);
        for (int v = y; v < y + a.target.by; v++)
            for (int u = x; u < x + a.target.by; u++)
                add(sum, a.goes_on ? at_nearest(a.source, u, v) : at_or_nothing(a.source, u, v), share);
    }
    a.target.values[j * a.target.width + i] = sum;
}

struct Convolve {
    Soft source, target;
    const float *weights;  // from -reach to reach
    int reach;
    int down;              // 1: along columns
    int goes_on;
};

KERNEL(convolve, Convolve) {
    int i = here_x(), j = here_y(), width = a.source.width, height = a.source.height;
    if (i >= width || j >= height) return;
    Fine sum = {{0, 0, 0, 0}};
    for (int k = -a.reach; k <= a.reach; k++) {
        int x = a.down ? i : i + k, y = a.down ? j + k : j;
        if (a.goes_on) x = within(x, 0, width - 1), y = within(y, 0, height - 1);
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        Fine value = a.source.values[y * width + x];
        for (int c = 0; c < 4; c++) sum.v[c] += a.weights[k + a.reach] * value.v[c];
    }
    a.target.values[j * width + i] = sum;
}

struct Blur {
    Soft soft;
    Image target;
};

// A narrow blur shows no steps that the picture has not: only wide ones are dithered.
KERNEL(blur, Blur) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Fine value = soft_at(a.soft, x, y);
    put(a.target, x, y, a.soft.by > 2 ? dithered(value, x, y) : rounded(value));
}

struct Shift {
    Image source, target;
    int x, y;          // whole px by which the alpha moves
    float right, down;  // and the rest of a px
};

// The alpha, moved, in all channels.
KERNEL(shift_alpha, Shift) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    int i = x - a.x, j = y - a.y;
    float upper = channel(at_or_nothing(a.source, i, j), 3) * (1 - a.right) + channel(at_or_nothing(a.source, i - 1, j), 3) * a.right;
    float lower = channel(at_or_nothing(a.source, i, j - 1), 3) * (1 - a.right) + channel(at_or_nothing(a.source, i - 1, j - 1), 3) * a.right;
    int value = level(upper * (1 - a.down) + lower * a.down);
    put(a.target, x, y, pixel(value, value, value, value));
}

struct Shadow {
    Soft soft;
    Image source, target;
    float color[4];  // blue, green, red, alpha, premultiplied: 0…1
};

KERNEL(drop_shadow, Shadow) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    float seen = soft_at(a.soft, x, y).v[3] * (255 - channel(p, 3)) / 255.0f;
    int out[4];
    for (int k = 0; k < 4; k++) out[k] = low(255, channel(p, k) + (a.color[k] == 0.0f ? 0 : dithered(seen * a.color[k], x, y)));
    put(a.target, x, y, pixel(out[0], out[1], out[2], out[3]));
}

struct Light {
    Image source, target;
    float threshold, knee;
    int in_one_color;  // 1: how bright it is, in all channels
};

DEVICE int brightness(Pixel p) { return high(high(channel(p, 0), channel(p, 1)), channel(p, 2)); }

// What is bright enough to shine.
KERNEL(light, Light) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    if (a.threshold > 0.0f) {
        float way = within((brightness(p) / 255.0f - a.threshold) / a.knee + 1.0f, 0.0f, 1.0f);
        p = times(p, level(way * way * (3 - 2 * way) * 255.0f));
    }
    if (a.in_one_color) p = pixel(brightness(p), brightness(p), brightness(p), brightness(p));
    put(a.target, x, y, p);
}

struct Glow {
    Soft soft;
    Image source, target;
    float strength[4];  // of blue, green, red, alpha
};

KERNEL(glow, Glow) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    Fine fine = soft_at(a.soft, x, y);
    for (int k = 0; k < 4; k++) fine.v[k] = low(255.0f, fine.v[k] * a.strength[k]);
    Pixel shine = dithered(fine, x, y);
    int alpha = channel(p, 3), covered = 255 - div_255((255 - alpha) * (255 - brightness(shine))), out[3];
    for (int k = 0; k < 3; k++) out[k] = low(covered, channel(p, k) + channel(shine, k));
    put(a.target, x, y, pixel(out[0], out[1], out[2], covered));
}

struct Sharpen {
    Soft soft;
    Image source, target;
    float strength;
};

KERNEL(sharpen, Sharpen) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    Fine around = soft_at(a.soft, x, y);
    int alpha = channel(p, 3), out[3];
    float share = a.strength * alpha / high(around.v[3], 1e-3f);
    for (int k = 0; k < 3; k++) out[k] = low(alpha, level(channel(p, k) * (1 + a.strength) - around.v[k] * share));
    put(a.target, x, y, pixel(out[0], out[1], out[2], alpha));
}
