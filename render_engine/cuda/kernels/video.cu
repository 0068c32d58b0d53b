// A decoder's own planes as pixels: 4:2:0 in 8 bits, by their own matrix and range. Twin of media/video.py, which has it
// done by swscale: chroma between its samples by the same cubic.
#include "kernel.cuh"

struct Video {
    const Byte *luma, *blue, *red;
    int pitch, chroma_pitch;  // bytes from row to row
    int step;                 // from one chroma sample to the next: 2 where blue and red take turns (NV12)
    Image target;
    float matrix[12];         // rows of blue, green, red over Y, U, V and 1
};

DEVICE float cubic(float x) {
    const float c = 0.6f;
    x = fabsf(x);
    if (x < 1.0f) return ((2 - c) * x + (c - 3)) * x * x + 1;
    return x < 2.0f ? ((-c * x + 5 * c) * x - 8 * c) * x + 4 * c : 0.0f;
}

// Chroma stands at even columns, between two rows.
KERNEL(from_planes, Video) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    int width = (a.target.width + 1) / 2, height = (a.target.height + 1) / 2;
    float u = x / 2.0f, v = (y - 0.5f) / 2, sums[2] = {0, 0};
    int i = (int)floorf(u), j = (int)floorf(v);
    for (int k = -1; k < 3; k++)
        for (int l = -1; l < 3; l++) {
            int place = within(j + k, 0, height - 1) * a.chroma_pitch + within(i + l, 0, width - 1) * a.step;
            float share = cubic(u - i - l) * cubic(v - j - k);
            sums[0] += share * a.blue[place], sums[1] += share * a.red[place];
        }
    float luma = a.luma[(long long)y * a.pitch + x];
    int out[3];
    for (int k = 0; k < 3; k++) {
        const float *row = a.matrix + 4 * k;
        out[k] = level(row[0] * luma + row[1] * sums[0] + row[2] * sums[1] + row[3]);
    }
    put(a.target, x, y, pixel(out[0], out[1], out[2], 255));
}
