// Two pictures that become one. Twin of accumulate, dissolve and mix in cpu/effects.
#include "sample.cuh"

struct Share {
    Image one, other, target;
    float share;             // of the other
    const Byte *mask;        // of 255, for each px; null: the share everywhere
};

KERNEL(share, Share) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel one = at(a.one, x, y), other = at(a.other, x, y);
    if (a.mask) {
        int share = a.mask[(long long)y * a.target.width + x];
        put(a.target, x, y, times(one, 255 - share) + times(other, share));
        return;
    }
    int out[4];
    for (int k = 0; k < 4; k++) out[k] = level(channel(one, k) * (1 - a.share) + channel(other, k) * a.share);
    put(a.target, x, y, pixel(out[0], out[1], out[2], out[3]));
}

struct Dissolve {
    Image one, other, target;
    const Byte *noise;
    float share, soft;
};

KERNEL(dissolve, Dissolve) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    float height = (a.noise[(long long)y * a.target.width + x] + 0.5f) / 256.0f;
    float way = within((a.share * (1 + a.soft) - height) / a.soft, 0.0f, 1.0f);
    int share = level(255.0f * way * way * (3 - 2 * way));
    put(a.target, x, y, times(at(a.one, x, y), 255 - share) + times(at(a.other, x, y), share));
}

struct Accumulate {
    Image picture;
    unsigned short *sums;  // 4 for each px
    int first;             // 1: there is no sum yet
};

KERNEL(accumulate, Accumulate) {
    int x = here_x(), y = here_y();
    if (x >= a.picture.width || y >= a.picture.height) return;
    long long place = (long long)y * a.picture.width + x;
    Pixel p = a.picture.pixels[place];
    for (int k = 0; k < 4; k++) a.sums[4 * place + k] = (a.first ? 0 : a.sums[4 * place + k]) + channel(p, k);
}

struct Mean {
    Image target;
    const unsigned short *sums;
    float count;
};

KERNEL(mean, Mean) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    const unsigned short *sum = a.sums + 4 * ((long long)y * a.target.width + x);
    Fine value = {{sum[0] / a.count, sum[1] / a.count, sum[2] / a.count, sum[3] / a.count}};
    put(a.target, x, y, dithered(value, x, y));
}
