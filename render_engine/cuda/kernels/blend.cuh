// Blend modes on premultiplied 8 bits: Qt's own arithmetic where it has the mode, W3C Compositing for the four that
// mix whole colours. Twin of cpu/blend.py. The order is that of BLENDS in launches.py.
#pragma once
#include "kernel.cuh"

enum Blend {
    NORMAL, MULTIPLY, SCREEN, OVERLAY, DARKEN, LIGHTEN, COLOR_DODGE, COLOR_BURN, HARD_LIGHT, SOFT_LIGHT, DIFFERENCE,
    EXCLUSION, ADD, HUE, SATURATION, COLOR, LUMINOSITY
};

// One channel of the separable modes: over s with alpha sa, under d with alpha da.
DEVICE int blended(int mode, int d, int s, int da, int sa) {
    int sides = s * (255 - da) + d * (255 - sa);
    switch (mode) {
    case MULTIPLY: return div_255(s * d + sides);
    case SCREEN: return 255 - div_255((255 - d) * (255 - s));
    case OVERLAY: return div_255((2 * d < da ? 2 * d * s : sa * da - 2 * (da - d) * (sa - s)) + sides);
    case HARD_LIGHT: return div_255((2 * s < sa ? 2 * s * d : sa * da - 2 * (da - d) * (sa - s)) + sides);
    case DARKEN: return div_255(low(s * da, d * sa) + sides);
    case LIGHTEN: return div_255(high(s * da, d * sa) + sides);
    case COLOR_DODGE:
        if (s * da + d * sa > sa * da) return div_255(sa * da + sides);
        if (s == sa || sa == 0) return div_255(sides);
        return div_255(255 * d * sa / (255 - 255 * s / sa) + sides);
    case COLOR_BURN:
        if (s * da + d * sa < sa * da) return div_255(sides);
        if (s == 0) return div_255(d * sa + sides);
        return div_255(sa * (s * da + d * sa - sa * da) / s + sides);
    case SOFT_LIGHT: {
        int straight = da ? 255 * d / da : 0, twice = 2 * s, far = sides * 255;
        if (twice < sa) return (d * (sa * 255 + (twice - sa) * (255 - straight)) + far) / 65025;
        if (4 * d <= da)
            return (d * sa * 255 + da * (twice - sa) * ((((16 * straight - 12 * 255) * straight + 3 * 65025) * straight) / 65025) +
                    far) / 65025;
        return (d * sa * 255 + da * (twice - sa) * ((int)sqrtf((float)(straight * 255)) - straight) + far) / 65025;
    }
    case DIFFERENCE: return s + d - div_255(2 * low(s * da, d * sa));
    case EXCLUSION: return s + d - div_255(2 * s * d);
    default: return low(255, s + d);
    }
}

DEVICE int alpha_of_both(int mode, int da, int sa) {
    if (mode == ADD) return low(255, da + sa);
    return 255 - ((255 - sa) * (255 - da) >> 8);
}

DEVICE float luminosity(const float *c) { return 0.11f * c[0] + 0.59f * c[1] + 0.3f * c[2]; }
DEVICE float least(const float *c) { return low(low(c[0], c[1]), c[2]); }
DEVICE float most(const float *c) { return high(high(c[0], c[1]), c[2]); }

// Another saturation and another luminosity move a colour along a line, and so does clipping: cpu/blend.py says why.
DEVICE Pixel whole_colors(int mode, Pixel under, Pixel over) {
    float da = channel(under, 3), sa = channel(over, 3), below[3], above[3];
    for (int k = 0; k < 3; k++) {
        below[k] = channel(under, k) * 255.0f / high(da, 1.0f);
        above[k] = channel(over, k) * 255.0f / high(sa, 1.0f);
    }
    const float *color = mode == HUE || mode == COLOR ? above : below;
    float own = luminosity(color), goal = luminosity(mode == LUMINOSITY ? above : below), share = 1.0f;
    float darkest = least(color), brightest = most(color);
    if (mode == HUE || mode == SATURATION) {
        const float *other = mode == HUE ? below : above;
        share = (most(other) - least(other)) / high(brightest - darkest, 0.5f);
    }
    float black = low(1.0f, goal / high((own - darkest) * share, 1e-6f));
    float white = low(1.0f, (255.0f - goal) / high((brightest - own) * share, 1e-6f));
    share *= black * white;
    float d = da / 255.0f, s = sa / 255.0f, alpha = (d + s - d * s) * 255.0f;
    int out[3];
    for (int k = 0; k < 3; k++) {
        float mixed = goal + share * (color[k] - own), a = channel(under, k), b = channel(over, k);
        out[k] = level(low(alpha, a - s * a + b - d * b + d * s * mixed));
    }
    return pixel(out[0], out[1], out[2], level(alpha));
}

// `share`: of 255, how much of the pixel is covered, opacity included.
DEVICE Pixel blend(int mode, Pixel under, Pixel over, int share) {
    if (mode == NORMAL) {
        if (share != 255) over = times(over, share);
        int alpha = channel(over, 3);
        return alpha == 255 ? over : alpha == 0 && over == 0 ? under : over + times(under, 255 - alpha);
    }
    if (share == 0) return under;
    if (mode >= HUE) return whole_colors(mode, under, share == 255 ? over : times(over, share));
    int da = channel(under, 3), sa = channel(over, 3), out[3];
    ONCE for (int k = 0; k < 3; k++) out[k] = blended(mode, channel(under, k), channel(over, k), da, sa);
    int alpha = mode == SCREEN ? blended(SCREEN, da, sa, da, sa) : alpha_of_both(mode, da, sa);
    Pixel mixed = pixel(out[0], out[1], out[2], alpha);
    return share == 255 ? mixed : between(mixed, under, share);
}
