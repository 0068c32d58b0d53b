// From the canvas to what encoders take: BT.709, limited range, 4:2:0 in 8 or 10 bits. Twin of cpu/convert.py.
//
// Chroma is rounded at full size, averaged in pairs of rows, and by 1 2 1 around the even columns.
#include "kernel.cuh"

struct Convert {
    Image canvas;
    Byte *luma, *blue, *red;  // NV12 and P010: red is a sample after blue, and `step` is 2
    int pitch, chroma_pitch;  // bytes from row to row
    int step;                 // samples from one chroma value to the next
    int deep;                 // 1: 10 bits, in the upper ones of 16
};

#define WIDE 4  // px that a thread makes, in two rows

// Of blue, green, red: what each level adds. Divisions by 1.5748 and 1.8556, and the range, are in the numbers.
DEVICE float luma_of(Pixel p) {
    const float blue = 0.0722f * 219 / 255, green = 0.7152f * 219 / 255, red = 0.2126f * 219 / 255;
    return 16.0f + (blue * channel(p, 0) + green * channel(p, 1) + red * channel(p, 2));
}

DEVICE float blue_of(Pixel p) {
    const float blue = 0.9278f / 1.8556f * 224 / 255, green = 0.7152f / 1.8556f * 224 / 255, red = 0.2126f / 1.8556f * 224 / 255;
    return 128.0f + (blue * channel(p, 0) - green * channel(p, 1) - red * channel(p, 2));
}

DEVICE float red_of(Pixel p) {
    const float blue = 0.0722f / 1.5748f * 224 / 255, green = 0.7152f / 1.5748f * 224 / 255, red = 0.7874f / 1.5748f * 224 / 255;
    return 128.0f + (red * channel(p, 2) - green * channel(p, 1) - blue * channel(p, 0));
}

DEVICE int sample(float value, int deep) { return deep ? (int)rintf(within(value * 4.0f, 0.0f, 1023.0f)) << 6 : level(value); }

DEVICE void store(Byte *row, int index, int value, int deep) {
    if (deep)
        ((unsigned short *)row)[index] = (unsigned short)value;
    else
        row[index] = (Byte)value;
}

// Four of 8 bits in one access, where rows begin on multiples of four.
DEVICE void store_luma(const Convert &a, const Four &four, int x, int y) {
    Byte *row = a.luma + (long long)y * a.pitch;
    int found[WIDE];
    for (int k = 0; k < WIDE; k++) found[k] = sample(luma_of(four.p[k]), a.deep);
    if (in_fours(a.canvas) && !a.deep)
        *(unsigned *)(row + x) = found[0] | found[1] << 8 | found[2] << 16 | (unsigned)found[3] << 24;
    else
        for (int k = 0; k < WIDE; k++)
            if (x + k < a.canvas.width) store(row, x + k, found[k], a.deep);
}

// `columns`: two rows added, from the column before the first one on. Means of squares, and of each with the one before it.
DEVICE void store_chroma(const Convert &a, Byte *plane, const float *columns, int x, int y) {
    Byte *row = plane + (long long)(y / 2) * a.chroma_pitch;
    for (int k = 0; k < WIDE && x + k < a.canvas.width; k += 2) {
        float before = (columns[k] + columns[k + 1]) / 4, here = (columns[k + 1] + columns[k + 2]) / 4;
        if (!a.deep) before = floorf(before + 0.5f), here = floorf(here + 0.5f);
        store(row, (x + k) / 2 * a.step, sample(x + k > 0 ? (before + here) / 2 : here, a.deep), a.deep);
    }
}

KERNEL(convert, Convert) {
    int x = here_x() * WIDE, y = here_y() * 2;
    if (x >= a.canvas.width || y >= a.canvas.height) return;
    float blue[WIDE + 1] = {0}, red[WIDE + 1] = {0};
    for (int j = 0; j < 2; j++) {
        Four four = four_at(a.canvas, x, y + j);
        store_luma(a, four, x, y + j);
        Pixel before = at(a.canvas, high(x - 1, 0), y + j);
        for (int k = 0; k <= WIDE; k++) {
            Pixel p = k ? four.p[k - 1] : before;
            blue[k] += a.deep ? blue_of(p) : rintf(blue_of(p));
            red[k] += a.deep ? red_of(p) : rintf(red_of(p));
        }
    }
    store_chroma(a, a.blue, blue, x, y);
    store_chroma(a, a.red, red, x, y);
}
