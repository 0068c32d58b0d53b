// Textures halved: each px the mean of those that lie in it. Twin of cpu/texture.py.
#include "kernel.cuh"

struct Resize {
    Image source, target;
};

// By area, also where the sizes are no whole multiple of each other.
KERNEL(reduce, Resize) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    float across = (float)a.source.width / a.target.width, down = (float)a.source.height / a.target.height;
    float left = x * across, right = low((x + 1) * across, (float)a.source.width);
    float top = y * down, bottom = low((y + 1) * down, (float)a.source.height);
    float sum[4] = {0, 0, 0, 0}, whole = (right - left) * (bottom - top);
    for (int j = (int)top; j < bottom - 1e-4f; j++) {
        float rows = low(bottom, j + 1.0f) - high(top, (float)j);
        for (int i = (int)left; i < right - 1e-4f; i++) {
            float share = (low(right, i + 1.0f) - high(left, (float)i)) * rows;
            Pixel p = at(a.source, i, j);
            for (int k = 0; k < 4; k++) sum[k] += share * channel(p, k);
        }
    }
    put(a.target, x, y, pixel(level(sum[0] / whole), level(sum[1] / whole), level(sum[2] / whole), level(sum[3] / whole)));
}
