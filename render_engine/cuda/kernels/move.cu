// Effects that fetch pixels from elsewhere. Twin of corner_pin, warp, displacement, directional_blur, zoom_blur and
// pixelate in cpu/effects.
#include "sample.cuh"

struct Warp {
    Image source, target;
    float back[9];  // from the target's px (their centres are whole numbers) to the source's, as a Matrix
    Rect bounds;    // outside there is nothing
};

KERNEL(warp, Warp) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    const float *m = a.back;
    float w = m[6] * x + m[7] * y + m[8];
    bool seen = x >= a.bounds.x0 && x < a.bounds.x1 && y >= a.bounds.y0 && y < a.bounds.y1 && w != 0.0f;
    Pixel p = 0;
    if (seen) p = rounded(between_or_nothing(a.source, (m[0] * x + m[2] * y + m[4]) / w, (m[1] * x + m[3] * y + m[5]) / w));
    put(a.target, x, y, p);
}

struct Displace {
    Image source, target, map;
    const float *knots;    // waves, right and down, on a grid; null: the map's red and green say where to
    int columns, rows;     // of the grid
    float step, left, top;  // from px to the grid
    float most;            // px
};

KERNEL(displace, Displace) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    float way[2];
    if (a.knots) {
        float u = within(x * a.step + a.left, 0.0f, a.columns - 1.001f), v = within(y * a.step + a.top, 0.0f, a.rows - 1.001f);
        int i = (int)u, j = (int)v;
        for (int k = 0; k < 2; k++) {
            const float *knot = a.knots + 2 * (j * a.columns + i) + k;
            float upper = knot[0] * (1 - (u - i)) + knot[2] * (u - i);
            float lower = knot[2 * a.columns] * (1 - (u - i)) + knot[2 * a.columns + 2] * (u - i);
            way[k] = upper * (1 - (v - j)) + lower * (v - j);
        }
    } else {
        Pixel p = at(a.map, x, y);
        way[0] = (2 * channel(p, 2) - channel(p, 3)) / 255.0f;
        way[1] = (2 * channel(p, 1) - channel(p, 3)) / 255.0f;
    }
    put(a.target, x, y, rounded(between_or_nothing(a.source, x - a.most * way[0], y - a.most * way[1])));
}

struct Smear {
    Image source, target;
    float x, y;      // from one sample to the next, px
    int samples;
    float ends;      // how much of one more sample there is at either end
};

// The mean along a line through each px.
KERNEL(smear, Smear) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Fine sum = {{0, 0, 0, 0}};
    float first = -(a.samples - 1) / 2.0f, whole = a.samples + 2 * a.ends;
    for (int k = -1; k <= a.samples; k++) {
        float share = k < 0 || k == a.samples ? a.ends : 1.0f, far = first + k;
        if (share == 0.0f) continue;
        Fine value = between_or_nothing(a.source, x + far * a.x, y + far * a.y);
        for (int c = 0; c < 4; c++) sum.v[c] += value.v[c] * share / whole;
    }
    put(a.target, x, y, dithered(sum, x, y));
}

struct Zoom {
    Image source;
    Fine *sums;           // of the source's size
    float x, y;           // the centre, px of the source
    float first, step;    // logarithms of the scales
    int samples;
};

KERNEL(zoom, Zoom) {
    int x = here_x(), y = here_y();
    if (x >= a.source.width || y >= a.source.height) return;
    Fine sum = {{0, 0, 0, 0}};
    for (int k = 0; k < a.samples; k++) {
        float scale = expf(a.first + k * a.step);
        Fine value = between_nearest(a.source, scale * x + (1 - scale) * (a.x - 0.5f), scale * y + (1 - scale) * (a.y - 0.5f));
        for (int c = 0; c < 4; c++) sum.v[c] += value.v[c] / a.samples;
    }
    a.sums[(long long)y * a.source.width + x] = sum;
}

struct ZoomAgain {
    const Fine *sums;
    Fine *target;
    int width, height;
    float x, y;   // the centre
    float scale;
};

// The means added to themselves at another scale: twice as many samples, and smoother between them.
KERNEL(zoom_again, ZoomAgain) {
    int x = here_x(), y = here_y();
    if (x >= a.width || y >= a.height) return;
    float u = within(a.scale * x + (1 - a.scale) * (a.x - 0.5f), 0.0f, a.width - 1.0f);
    float v = within(a.scale * y + (1 - a.scale) * (a.y - 0.5f), 0.0f, a.height - 1.0f);
    Fine other = fine_at(a.sums, a.width, a.height, u, v), value = a.sums[(long long)y * a.width + x];
    for (int k = 0; k < 4; k++) value.v[k] = (value.v[k] + other.v[k]) / 2;
    a.target[(long long)y * a.width + x] = value;
}

struct ZoomShow {
    Image sharp, target;
    const Fine *sums;
    int width, height;    // of the sums
    int by;               // times larger than the sums
    int left, top;        // px that were added before the picture
    float x, y, smear;    // the centre in the picture, px
    float from, to;       // px of smear: sharp below, smeared above
    int dither;
};

KERNEL(zoom_show, ZoomShow) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    float u = within((x + a.left + 0.5f) / a.by - 0.5f, 0.0f, a.width - 1.0f), v = within((y + a.top + 0.5f) / a.by - 0.5f, 0.0f, a.height - 1.0f);
    Fine value = fine_at(a.sums, a.width, a.height, u, v);
    Pixel p = a.dither ? dithered(value, x, y) : rounded(value);
    if (a.to > 0.0f) {
        float across = x + 0.5f - a.x, down = y + 0.5f - a.y, smeared = sqrtf(across * across + down * down) * a.smear;
        int share = level(255.0f * (high(smeared, a.from) - a.from) / (a.to - a.from));
        p = times(p, share) + times(at(a.sharp, x, y), 255 - share);
    }
    put(a.target, x, y, p);
}

struct Mosaic {
    Image source, target;
    unsigned *sums;      // 4 for each square's column and each row of px
    const int *columns;  // where squares begin, and the end: count + 1
    const int *rows;
    const int *column_of;  // which square each px lies in
    const int *row_of;
    Image squares;
};

KERNEL(mosaic_rows, Mosaic) {
    int i = here_x(), y = here_y();
    if (i >= a.squares.width || y >= a.source.height) return;
    unsigned sum[4] = {0, 0, 0, 0};
    for (int x = a.columns[i]; x < a.columns[i + 1]; x++)
        for (int k = 0; k < 4; k++) sum[k] += channel(at(a.source, x, y), k);
    for (int k = 0; k < 4; k++) a.sums[4 * ((long long)y * a.squares.width + i) + k] = sum[k];
}

KERNEL(mosaic_squares, Mosaic) {
    int i = here_x(), j = here_y();
    if (i >= a.squares.width || j >= a.squares.height) return;
    unsigned sum[4] = {0, 0, 0, 0}, count = (a.columns[i + 1] - a.columns[i]) * (a.rows[j + 1] - a.rows[j]);
    for (int y = a.rows[j]; y < a.rows[j + 1]; y++)
        for (int k = 0; k < 4; k++) sum[k] += a.sums[4 * ((long long)y * a.squares.width + i) + k];
    for (int k = 0; k < 4; k++) sum[k] = (sum[k] + count / 2) / count;
    put(a.squares, i, j, pixel(sum[0], sum[1], sum[2], sum[3]));
}

KERNEL(mosaic_show, Mosaic) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    put(a.target, x, y, at(a.squares, a.column_of[x], a.row_of[y]));
}
