// Draws a run of sprites over a target, in their order, in one launch: each thread takes four pixels through all of them.
// Twin of cpu/place.py. What is kept between two sprites has 8 bits, as Qt's canvas has.
#include "blend.cuh"

enum Kind { FILL, COPY, NEAREST, LINEAR };

struct Sprite {
    Image image;
    Rect bounds;     // px of the target: nothing is written outside
    float back[9];   // from px of the target, counted from the bounds' corner, to px of the image: as a Matrix
    float part[4];   // of the image that is drawn: x0, y0, x1, y1
    int kind, mode;
    int opacity;     // of 256
    int steps;       // between two pixels of the image, where it is sampled
    Pixel color;     // of FILL
};

struct Draw {
    Image target;
    const Sprite *sprites;
    const int *lists;  // for each tile how many sprites touch it, and which; null: look at all
    int count;
    int clear;         // 1: over the background, not over what is there
    Pixel background;
};

#define TILE 32  // px a side

// Qt samples between pixels in 256 steps, rounding down, or in 16, to the nearest: cuda/place.py says when.
DEVICE Pixel sampled(const Image &image, float u, float v, const Rect &limits, int steps) {
    int bits = steps == 16 ? 4 : 8;
    float half = steps == 16 ? 0.5f : 0.0f;
    int x = (int)floorf(u * steps + half), y = (int)floorf(v * steps + half), right = x & (steps - 1), below = y & (steps - 1);
    x >>= bits, y >>= bits;
    int x0 = within(x, limits.x0, limits.x1 - 1), x1 = within(x + 1, limits.x0, limits.x1 - 1);
    int y0 = within(y, limits.y0, limits.y1 - 1), y1 = within(y + 1, limits.y0, limits.y1 - 1);
    Pixel a = at(image, x0, y0), b = at(image, x1, y0), c = at(image, x0, y1), d = at(image, x1, y1);
    int out[4];
    for (int k = 0; k < 4; k++) {
        int upper = channel(a, k) * (steps - right) + channel(b, k) * right;
        int lower = channel(c, k) * (steps - right) + channel(d, k) * right;
        out[k] = (upper * (steps - below) + lower * below) >> 2 * bits;
    }
    return pixel(out[0], out[1], out[2], out[3]);
}

// How much of a px lies between two lines, given how far it is from each, px.
DEVICE float covered(float from_one, float from_other) {
    return high(0.0f, low(from_one + 0.5f, 1.0f) + low(from_other + 0.5f, 1.0f) - 1.0f);
}

DEVICE Pixel drawn(const Sprite &s, int x, int y, Pixel under) {
    int full = s.opacity * 255 >> 8;
    if (s.kind == FILL) return blend(s.mode, under, s.color, full);
    float px = x - s.bounds.x0 + 0.5f, py = y - s.bounds.y0 + 0.5f;
    if (s.kind == COPY) return blend(s.mode, under, at(s.image, (int)(px + s.back[4]), (int)(py + s.back[5])), full);
    const float *m = s.back;
    float w = m[6] * px + m[7] * py + m[8];
    if (w <= 0.0f) return under;  // behind the eye
    float near = 1.0f / w;
    float u = (m[0] * px + m[2] * py + m[4]) * near, v = (m[1] * px + m[3] * py + m[5]) * near;
    float ux = (m[0] - u * m[6]) * near, uy = (m[2] - u * m[7]) * near;
    float vx = (m[1] - v * m[6]) * near, vy = (m[3] - v * m[7]) * near;
    float across = rsqrtf(high(ux * ux + uy * uy, 1e-20f)), down = rsqrtf(high(vx * vx + vy * vy, 1e-20f));
    float share = covered((u - s.part[0]) * across, (s.part[2] - u) * across) *
                  covered((v - s.part[1]) * down, (s.part[3] - v) * down);
    int coverage = (int)(share * 255.0f + 0.5f);
    if (coverage == 0) return under;
    Rect limits = {(int)floorf(s.part[0]), (int)floorf(s.part[1]), (int)ceilf(s.part[2]), (int)ceilf(s.part[3])};
    Pixel over;
    if (s.kind == NEAREST)
        over = at(s.image, within((int)floorf(u), limits.x0, limits.x1 - 1), within((int)floorf(v), limits.y0, limits.y1 - 1));
    else
        over = sampled(s.image, u - 0.5f, v - 0.5f, limits, s.steps);
    return blend(s.mode, under, over, coverage * s.opacity >> 8);
}

// Most of what is drawn: whole pixels or one colour, over what is there.
DEVICE void draw_plainly(const Sprite &s, int x, int y, Four &four) {
    int full = s.opacity * 255 >> 8;
    Four over = {{s.color, s.color, s.color, s.color}};
    if (s.kind == COPY) {
        int u = x - s.bounds.x0 + (int)floorf(s.back[4] + 0.5f), v = y - s.bounds.y0 + (int)floorf(s.back[5] + 0.5f);
        if (in_fours(s.image) && (u & 3) == 0 && u >= 0 && u < s.image.width)
            over = four_at(s.image, u, v);
        else
            for (int k = 0; k < 4; k++) over.p[k] = at(s.image, within(u + k, 0, s.image.width - 1), v);
    }
    for (int k = 0; k < 4; k++)
        if (x + k >= s.bounds.x0 && x + k < s.bounds.x1) four.p[k] = blend(NORMAL, four.p[k], over.p[k], full);
}

// One after another; they take turns in the first place, since an array that is indexed by a number lies in slow memory.
DEVICE void draw_each(const Sprite &s, int x, int y, Four &four) {
    ONCE for (int k = 0; k < 4; k++) {
        Pixel p = four.p[0];
        if (x + k >= s.bounds.x0 && x + k < s.bounds.x1) p = drawn(s, x + k, y, p);
        four.p[0] = four.p[1], four.p[1] = four.p[2], four.p[2] = four.p[3], four.p[3] = p;
    }
}

// A block makes one tile.
KERNEL(draw, Draw) {
    int x = block_x() * TILE + in_block() % (TILE / 4) * 4, y = block_y() * TILE + in_block() / (TILE / 4);
    if (x >= a.target.width || y >= a.target.height) return;
    Four four = {{a.background, a.background, a.background, a.background}};
    if (!a.clear) four = four_at(a.target, x, y);
    const int *list = 0;
    int count = a.count;
    if (a.lists) {
        int across = (a.target.width + TILE - 1) / TILE;
        list = a.lists + (long long)(block_y() * across + block_x()) * (a.count + 1);
        count = *list++;
    }
    ONCE for (int k = 0; k < count; k++) {
        const Sprite &s = a.sprites[list ? list[k] : k];
        if (y < s.bounds.y0 || y >= s.bounds.y1 || x >= s.bounds.x1 || x + 4 <= s.bounds.x0) continue;
        if (s.mode == NORMAL && s.kind <= COPY)
            draw_plainly(s, x, y, four);
        else
            draw_each(s, x, y, four);
    }
    put_four(a.target, x, y, four);
}

// Which sprites touch each tile, in their order: with hundreds of them no pixel need look at all.
KERNEL(list_sprites, Draw) {
    int across = (a.target.width + TILE - 1) / TILE, down = (a.target.height + TILE - 1) / TILE;
    int x = here_x(), y = here_y();
    if (x >= across || y >= down) return;
    int *list = const_cast<int *>(a.lists) + (long long)(y * across + x) * (a.count + 1), count = 0;
    ONCE for (int k = 0; k < a.count; k++) {
        const Rect &r = a.sprites[k].bounds;
        if (r.x0 < (x + 1) * TILE && r.x1 > x * TILE && r.y0 < (y + 1) * TILE && r.y1 > y * TILE) list[++count] = k;
    }
    *list = count;
}
