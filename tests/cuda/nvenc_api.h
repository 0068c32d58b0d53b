// What FFmpeg hands to NVENC (version 13.0), as far as the fake one reads it: fields in the order of nvEncodeAPI.h, under our names.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct Guid {
    uint32_t first;
    uint8_t rest[12];
};
struct Config {
    uint32_t version;
    Guid profile;
    uint32_t gop;
    int32_t interval;  // from one P to the next
    uint32_t mono, field, precision;
    uint32_t rate_version, rate_mode, constant[3], mean_rate, peak_rate, buffer, filled, rate_flags;
    uint32_t quantizers[9], layers;
    uint8_t layer_quantizers[8], quality, quality_fraction;
    uint16_t lookahead;
    uint32_t rest_of_rate[9];
    uint32_t flags, level, idr, unread[15];  // from here on H.264's own
    uint32_t overscan, overscan_info, signal, format, full_range, colors, primaries, transfer, matrix;
};
static_assert(offsetof(Config, flags) == 168 && offsetof(Config, overscan) == 240, "as nvEncodeAPI.h lays it out");
struct Preset {
    uint32_t version, reserved;
    Config config;
};
struct Initialize {
    uint32_t version;
    Guid codec, preset;
    uint32_t width, height, shape[2], fps[2], async, decides, flags, private_size;
    void *private_data;
    Config *config;
};
static_assert(offsetof(Initialize, config) == 88, "as nvEncodeAPI.h lays it out");
struct Open {
    uint32_t version, kind;
    void *context, *reserved;
    uint32_t api;
};
struct Caps {
    uint32_t version, which;
};
struct Register {
    uint32_t version, kind, width, height, pitch, part;
    uint8_t *address;
    void *registered;
    uint32_t format, use;
};
struct Map {
    uint32_t version, part;
    void *input, *registered, *mapped;
    uint32_t format;
};
struct NewInput {
    uint32_t version, width, height, heap, format, reserved;
    void *input;
};
struct LockInput {
    uint32_t version, flags;
    void *input;
    uint8_t *data;
    uint32_t pitch;
};
struct NewOutput {
    uint32_t version, size, heap, reserved;
    void *output;
};
struct Headers {
    uint32_t version, room, ids[2];
    uint8_t *data;
    uint32_t *size;
};
struct Picture {
    uint32_t version, width, height, pitch, flags, number;
    uint64_t time, duration;
    void *input, *output, *event;
    uint32_t format, field, type;
};
struct LockOutput {
    uint32_t version, flags;
    void *output;
    uint32_t *slices;
    uint32_t number, status, count, size;
    uint64_t time, duration;
    uint8_t *data;
    uint32_t type, field, quantizer;
};
