// A decoder's own planes as pixels, at the size and turned as they are shown: 4:2:0 in 8 or 10 bits, by their own matrix
// and range. Twin of media/video.py, which has it done by swscale: between samples by the same cubic.
#include "kernel.cuh"

struct Video {
    const Byte *luma, *blue, *red;
    int pitch, chroma_pitch;  // bytes from row to row
    int step;                 // from one chroma sample to the next: 2 where blue and red take turns (NV12)
    int deep;                 // samples of 16 bits
    int width, height;        // of the luma plane, before it is turned
    int turns;                // quarters clockwise
    float chroma[2];          // how far its first sample stands from the corner, in samples of its own
    Image target;
    float matrix[12];         // rows of blue, green, red over Y, U, V and 1
};

DEVICE float cubic(float x) {
    const float c = 0.6f;
    x = fabsf(x);
    if (x < 1.0f) return ((2 - c) * x + (c - 3)) * x * x + 1;
    return x < 2.0f ? ((-c * x + 5 * c) * x - 8 * c) * x + 4 * c : 0.0f;
}

struct Plane {
    const Byte *samples;
    int pitch, step, deep, width, height;
};

DEVICE int sample(const Plane &plane, int x, int y) {
    const Byte *row = plane.samples + (long long)within(y, 0, plane.height - 1) * plane.pitch;
    int place = within(x, 0, plane.width - 1) * plane.step;
    return plane.deep ? ((const unsigned short *)row)[place] : row[place];
}

// The four samples around a place along one side, and how much each counts.
struct Samples {
    int at[4];
    float share[4];
};

DEVICE Samples around(float place, int length) {
    Samples out;
    int first = (int)floorf(place) - 1;
    for (int k = 0; k < 4; k++) out.at[k] = within(first + k, 0, length - 1), out.share[k] = cubic(place - (first + k));
    return out;
}

// At a place between samples, of which there is one to a pixel or less: the shares add up to one.
DEVICE float between_near(const Plane &plane, const Samples &across, const Samples &down) {
    float sum = 0;
    for (int l = 0; l < 4; l++) {
        const Byte *row = plane.samples + (long long)down.at[l] * plane.pitch;
        float line = 0;
        for (int k = 0; k < 4; k++) {
            int place = across.at[k] * plane.step;
            line += across.share[k] * (plane.deep ? ((const unsigned short *)row)[place] : row[place]);
        }
        sum += down.share[l] * line;
    }
    return sum;
}

// At a place between samples; across and down: how many samples there are to a pixel. Where they are more than one, the
// curve is as much wider.
DEVICE float between_samples(const Plane &plane, float u, float v, float across, float down) {
    float wide = high(across, 1.0f), tall = high(down, 1.0f), sum = 0, shares = 0;
    int right = (int)floorf(u + 2 * wide), bottom = (int)floorf(v + 2 * tall);
    for (int j = (int)ceilf(v - 2 * tall); j <= bottom; j++) {
        float share = cubic((v - j) / tall);
        for (int i = (int)ceilf(u - 2 * wide); i <= right; i++) {
            float part = share * cubic((u - i) / wide);
            sum += part * sample(plane, i, j);
            shares += part;
        }
    }
    return sum / shares;
}

KERNEL(from_planes, Video) {
    int x = here_x(), y = here_y(), w = a.target.width, h = a.target.height;
    if (x >= w || y >= h) return;
    int across = a.turns & 1 ? h : w, down = a.turns & 1 ? w : h;  // as it lies in the file
    int i = a.turns == 0 ? x : a.turns == 1 ? y : a.turns == 2 ? w - 1 - x : h - 1 - y;
    int j = a.turns == 0 ? y : a.turns == 1 ? w - 1 - x : a.turns == 2 ? h - 1 - y : x;
    Plane luma = {a.luma, a.pitch, 1, a.deep, a.width, a.height};
    Plane blue = {a.blue, a.chroma_pitch, a.step, a.deep, (a.width + 1) / 2, (a.height + 1) / 2}, red = blue;
    red.samples = a.red;
    float right = (float)a.width / across, below = (float)a.height / down;
    float u = (i + 0.5f) * right - 0.5f, v = (j + 0.5f) * below - 0.5f;
    float values[3];
    values[0] = across == a.width && down == a.height ? sample(luma, i, j) : between_samples(luma, u, v, right, below);
    right = (float)blue.width / across, below = (float)blue.height / down;
    u = (i + 0.5f) * right - a.chroma[0], v = (j + 0.5f) * below - a.chroma[1];
    if (right <= 1.0f && below <= 1.0f) {
        Samples columns = around(u, blue.width), rows = around(v, blue.height);
        values[1] = between_near(blue, columns, rows), values[2] = between_near(red, columns, rows);
    } else {
        values[1] = between_samples(blue, u, v, right, below), values[2] = between_samples(red, u, v, right, below);
    }
    int out[3];
    for (int k = 0; k < 3; k++) {
        const float *row = a.matrix + 4 * k;
        out[k] = level(row[0] * values[0] + row[1] * values[1] + row[2] * values[2] + row[3]);
    }
    put(a.target, x, y, pixel(out[0], out[1], out[2], 255));
}
