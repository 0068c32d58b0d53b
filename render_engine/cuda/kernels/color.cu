// Changes of colour, of straight channels. Twin of cpu/straight.py, and of the effects of colour in cpu/effects.
#include "sample.cuh"

// Rounded, as OpenCV has it.
DEVICE int straight(int value, int alpha) { return alpha ? low(255, (value * 255 + alpha / 2) / alpha) : 0; }
DEVICE int premultiplied(int value, int alpha) { return (value * alpha + 127) / 255; }

struct Recolor {
    Image source, target;
    const float *tables;  // what each level of blue, green and red becomes first: 3 × 256
    float matrix[12];     // then: rows of blue, green, red and a constant
    float strength;       // how much of the new colour there is
};

KERNEL(recolor, Recolor) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    int alpha = channel(p, 3), own[3], out[3];
    float lit[3];
    for (int k = 0; k < 3; k++) {
        own[k] = straight(channel(p, k), alpha);
        lit[k] = a.tables[256 * k + own[k]];
    }
    for (int k = 0; k < 3; k++) {
        const float *row = a.matrix + 4 * k;
        int found = level(row[0] * lit[0] + row[1] * lit[1] + row[2] * lit[2] + row[3]);
        out[k] = premultiplied(a.strength == 1.0f ? found : level(a.strength * found + (1 - a.strength) * own[k]), alpha);
    }
    put(a.target, x, y, pixel(out[0], out[1], out[2], alpha));
}

struct Cube {
    Image source, target;
    const float *entries;     // red fastest: size³ × red, green, blue in 0…1
    float least[3], most[3];  // of red, green, blue
    int size;
    float strength;
};

// By tetrahedra: from the cell's first corner along its edges, the furthest way first.
KERNEL(cube, Cube) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    int alpha = channel(p, 3), own[3], strides[3] = {1, a.size, a.size * a.size}, corner = 0, out[3];
    float ways[3];
    for (int k = 0; k < 3; k++) {
        own[k] = straight(channel(p, 2 - k), alpha);
        float place = within((own[k] / 255.0f - a.least[k]) / (a.most[k] - a.least[k]), 0.0f, 1.0f) * (a.size - 1);
        int cell = low((int)place, a.size - 2);
        ways[k] = place - cell;
        corner += cell * strides[k];
    }
    float total[3] = {0, 0, 0}, left = 1.0f;
    bool gone[3] = {false, false, false};
    for (int step = 0; step < 4; step++) {
        int next = 0;
        float way = -1.0f;
        for (int k = 0; k < 3; k++)
            if (!gone[k] && ways[k] > way) way = ways[k], next = k;
        float weight = step < 3 ? left - way : left;
        for (int k = 0; k < 3; k++) total[k] += weight * within(a.entries[3 * corner + k], 0.0f, 1.0f);
        if (step < 3) left = way, gone[next] = true, corner += strides[next];
    }
    for (int k = 0; k < 3; k++) {
        int found = level(total[k] * 255.0f);
        out[k] = premultiplied(a.strength == 1.0f ? found : level(a.strength * found + (1 - a.strength) * own[k]), alpha);
    }
    put(a.target, x, y, pixel(out[2], out[1], out[0], alpha));
}

struct ChromaKey {
    Image source, target;
    float key[3];  // blue, green, red: 0…1
    float tolerance, softness, spill;
};

// All of it is linear in premultiplied colours: cpu/effects/chroma_key.py tells how it works.
KERNEL(chroma_key, ChromaKey) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    float alpha = channel(p, 3), color[3];
    for (int k = 0; k < 3; k++) color[k] = channel(p, k) - alpha * a.key[k];
    float blueness = 0.5f * color[0] - 0.386f * color[1] - 0.114f * color[2];
    float redness = -0.046f * color[0] - 0.454f * color[1] + 0.5f * color[2];
    float distance = sqrtf(blueness * blueness + redness * redness);
    float kept = low(high((distance - a.tolerance * alpha) / a.softness, 0.0f), alpha);
    float subject = low(distance / (a.tolerance + a.softness), alpha), share = kept / high(subject, 1e-3f), out[3];
    int main = a.key[0] >= a.key[1] && a.key[0] >= a.key[2] ? 0 : a.key[1] >= a.key[2] ? 1 : 2;
    for (int k = 0; k < 3; k++) out[k] = (channel(p, k) - a.key[k] * (alpha - subject)) * share;
    float others = high(out[(main + 1) % 3], out[(main + 2) % 3]);
    out[main] -= a.spill * high(out[main] - others, 0.0f);
    put(a.target, x, y, pixel(level(low(out[0], kept)), level(low(out[1], kept)), level(low(out[2], kept)), level(kept)));
}

struct Vignette {
    Image source, target;
    int x, y;             // of the first px, in the layer
    float width, height;  // of the layer
    float strength, clear;
    float tint[3];        // blue, green, red: 0…1
};

KERNEL(vignette, Vignette) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    float across = (a.x + x + 0.5f) / a.width - 0.5f, down = (a.y + y + 0.5f) / a.height - 0.5f;
    float way = sqrtf(2 * across * across + 2 * down * down);  // 1 in a corner
    float kept = 1 - a.strength * within((way - a.clear) / high(1 - a.clear, 1e-4f), 0.0f, 1.0f);
    int alpha = channel(p, 3), out[3];
    for (int k = 0; k < 3; k++) out[k] = dithered(channel(p, k) * kept + alpha * (1 - kept) * a.tint[k], (a.x + x) & 15, (a.y + y) & 15);
    put(a.target, x, y, pixel(out[0], out[1], out[2], alpha));
}

struct Grain {
    Image source, target;
    const Byte *lighter, *darker;  // levels to add and to take: `channels` tiles of side × side
    int side, channels;
    int x, y;                      // of the first px, in the tile
};

KERNEL(grain, Grain) {
    int x = here_x(), y = here_y();
    if (x >= a.target.width || y >= a.target.height) return;
    Pixel p = at(a.source, x, y);
    int alpha = channel(p, 3), out[3], size = a.side * a.side;
    int place = (a.y + y) % a.side * a.side + (a.x + x) % a.side;
    for (int k = 0; k < 3; k++) {
        int at = place + (a.channels == 3 ? k * size : 0);
        int value = low(255, channel(p, k) + div_255(a.lighter[at] * alpha)) - div_255(a.darker[at] * alpha);
        out[k] = low(high(value, 0), alpha);
    }
    put(a.target, x, y, pixel(out[0], out[1], out[2], alpha));
}
