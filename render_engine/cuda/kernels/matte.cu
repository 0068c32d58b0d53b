// Mattes, and backdrops in their place: a picture kept where another one is opaque or bright.
// Twin of cpu/matte.py and of the end of cpu/backdrop.py.
#include "kernel.cuh"

struct Cut {
    Image target, keep;
    int luminance, inverted;
};

KERNEL(cut, Cut) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.keep, x, y);
    int share = a.luminance ? level(0.0722f * channel(p, 0) + 0.7152f * channel(p, 1) + 0.2126f * channel(p, 2))
                            : channel(p, 3);
    put(a.target, x, y, times(at(a.target, x, y), a.inverted ? 255 - share : share));
}

struct Window {
    Image source, target;
    int x, y;  // of the target's first px, in the source; beyond its edge the outermost px goes on
};

// A thread takes four pixels.
KERNEL(window, Window) {
    int x = here_x() * 4, y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    int u = a.x + x, v = within(a.y + y, 0, a.source.height - 1);
    Four four;
    if (in_fours(a.source) && (u & 3) == 0 && u >= 0 && u < a.source.width)
        four = four_at(a.source, u, v);
    else
        for (int k = 0; k < 4; k++) four.p[k] = at_nearest(a.source, u + k, v);
    put_four(a.target, x, y, four);
}

struct Mix {
    Image target, over, cover;  // `cover` in white: every channel says how much
    int x, y;                   // of `cover`'s first px, in the target
    int over_x, over_y;         // the same place in `over`
    int opacity;                // of 4096
};

// `over` in the place of what is there, as far as it is covered.
KERNEL(mix, Mix) {
    int x = here_x(), y = here_y();
    if (x >= a.cover.width || y >= a.cover.height) return;
    int share = level(channel(at(a.cover, x, y), 3) * (a.opacity / 4096.0f));
    Pixel over = times(at(a.over, a.over_x + x, a.over_y + y), share);
    put(a.target, a.x + x, a.y + y, times(at(a.target, a.x + x, a.y + y), 255 - share) + over);
}
