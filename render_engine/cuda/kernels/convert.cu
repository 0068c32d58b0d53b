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

DEVICE float luma_of(Pixel p) {
    return 16.0f + (0.2126f * channel(p, 2) + 0.7152f * channel(p, 1) + 0.0722f * channel(p, 0)) * (219.0f / 255.0f);
}

DEVICE float chroma_of(Pixel p, int k) {
    float b = channel(p, 0), g = channel(p, 1), r = channel(p, 2);
    float difference = k ? (-0.0722f * b - 0.7152f * g + 0.7874f * r) / 1.5748f : (0.9278f * b - 0.7152f * g - 0.2126f * r) / 1.8556f;
    return 128.0f + difference * (224.0f / 255.0f);
}

DEVICE void store(Byte *row, int index, float value, int deep) {
    if (deep)
        ((unsigned short *)row)[index] = (unsigned short)((int)rintf(within(value * 4.0f, 0.0f, 1023.0f)) << 6);
    else
        row[index] = (Byte)level(value);
}

// The mean of two columns and two rows.
DEVICE float square(const Image &canvas, int x, int y, int k, int deep) {
    float sum = 0;
    for (int j = 0; j < 2; j++)
        for (int i = 0; i < 2; i++) {
            float value = chroma_of(at(canvas, x + i, y + j), k);
            sum += deep ? value : rintf(value);
        }
    return deep ? sum / 4 : floorf(sum / 4 + 0.5f);
}

// A thread makes four samples of luma and one of each chroma.
KERNEL(convert, Convert) {
    int x = here_x() * 2, y = here_y() * 2;
    if (x >= a.canvas.width || y >= a.canvas.height) return;
    for (int j = 0; j < 2; j++)
        for (int i = 0; i < 2; i++)
            store(a.luma + (long long)(y + j) * a.pitch, x + i, luma_of(at(a.canvas, x + i, y + j)), a.deep);
    for (int k = 0; k < 2; k++) {
        float value = square(a.canvas, x, y, k, a.deep);
        if (x > 0) value = (value + square(a.canvas, x - 1, y, k, a.deep)) / 2;
        store((k ? a.red : a.blue) + (long long)(y / 2) * a.chroma_pitch, x / 2 * a.step, value, a.deep);
    }
}
