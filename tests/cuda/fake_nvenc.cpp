// NVENC on a card that is the host: the calls that FFmpeg's nvenc.c makes, with its structures as far as they are read here.
// H.264 comes out as I_PCM macroblocks, so a film decodes to the very samples that reached the encoder; HEVC and AV1 come out
// as one packet of FAKE_NVENC_PACKETS again and again, and their samples are written to FAKE_NVENC_FOLDER.
// Surfaces are read when their packet is asked for, as late as the real one may: what is drawn over too soon shows.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <deque>
#include <map>
#include <string>
#include <vector>
#include "nvenc_api.h"

enum { OK = 0, NO_DEVICE = 5, BAD_POINTER = 6, BAD_PARAM = 8, BAD_CALL = 9, OUT_OF_MEMORY = 10, UNSUPPORTED = 12, BAD_VERSION = 15,
       NEED_MORE_INPUT = 17, NOT_REGISTERED = 24, NOT_MAPPED = 25 };
enum { NV12 = 0x1, YV12 = 0x10, P010 = 0x10000 };
enum { BIDIRECTIONAL = 1, PREDICTED = 0, INSTANT_REFRESH = 3 };
static void *const PRIMARY = (void *)0x1000;  // as fake_driver.cpp has it
static const uint32_t API = 13;  // what FFmpeg 8.1 asks for: major, and minor << 24
static uint32_t versioned(uint32_t number) { return API | number << 16 | 0x7u << 28; }

struct Codec {
    uint32_t guid;
    const char *name;
    int most;  // pixels a side
    bool deep;
};
static const Guid CODECS[] = {
    {0x6bc82762, {0x63, 0x4e, 0xa4, 0x4c, 0xaa, 0x85, 0x1e, 0x50, 0xf3, 0x21, 0xf6, 0xbf}},
    {0x790cdc88, {0x22, 0x45, 0x7b, 0x4d, 0x94, 0x25, 0xbd, 0xa9, 0x97, 0x5f, 0x76, 0x03}},
    {0x0a352289, {0xa7, 0x0a, 0x59, 0x47, 0x86, 0x2d, 0x5d, 0x15, 0xcd, 0x16, 0xd2, 0x54}},
};
static const Codec H264 = {0x6bc82762, "h264", 4096, false}, HEVC = {0x790cdc88, "hevc", 8192, true}, AV1 = {0x0a352289, "av1", 8192, true};
static const uint32_t PRESETS[] = {0xfc0a8d3e, 0xf581cfb8, 0x36850110, 0x90a7b826, 0x21c6e6b4, 0x8e75c279, 0x84848c12};  // p1…p7
static const Codec &codec_of(uint32_t guid) { return guid == H264.guid ? H264 : guid == HEVC.guid ? HEVC : AV1; }

// ---------------------------------------------------------------------------------------------- bits

struct Bits {
    std::vector<uint8_t> bytes;
    int free = 0;  // bits of the last byte
    void put(int count, uint32_t value) {
        for (int k = count - 1; k >= 0; k--) {
            if (!free) bytes.push_back(0), free = 8;
            bytes.back() |= (value >> k & 1) << --free;
        }
    }
    void golomb(uint32_t value) {
        int length = 32 - __builtin_clz(value + 1);
        put(length - 1, 0), put(length, value + 1);
    }
    void align() { free = 0; }
    void close() { put(1, 1), align(); }
    void nal(std::vector<uint8_t> &out, int kind) const {
        out.insert(out.end(), {0, 0, 0, 1, (uint8_t)kind});
        int zeros = 0;
        for (uint8_t byte : bytes) {
            if (zeros >= 2 && byte <= 3) out.push_back(3), zeros = 0;
            out.push_back(byte), zeros = byte ? 0 : zeros + 1;
        }
    }
};

// ---------------------------------------------------------------------------------------------- one session

struct Surface {  // on the card, or the host's own to fill
    uint8_t *data;
    uint32_t pitch, height, format;
    int mapped = 0;
    std::vector<uint8_t> own;
};
struct Coded {  // what a packet will hold
    Picture picture;
    uint32_t type, references, order;
};
struct Output {
    Coded coded;
    bool waits = false;
    std::vector<uint8_t> packet;
};
struct Session {
    void *context;
    int lock, number;  // of this process's sessions
    const Codec *codec = nullptr;
    uint32_t width, height;
    Config config;
    std::deque<Picture> pending;
    std::deque<Output *> outputs;
    uint32_t since_refresh = 0, references = 0, coded = 0;
};
static std::string folder() { return getenv("FAKE_NVENC_FOLDER") ? getenv("FAKE_NVENC_FOLDER") : ""; }

static std::vector<uint8_t> chunk_of_packets(int number) {
    FILE *file = fopen(getenv("FAKE_NVENC_PACKETS"), "rb");
    std::vector<uint8_t> chunk;
    for (int k = 0; k <= number; k++) {
        uint32_t size = 0;
        if (fread(&size, 4, 1, file) != 1) break;
        chunk.resize(size);
        if (fread(chunk.data(), 1, size, file) != size) break;
    }
    return fclose(file), chunk;
}

static std::vector<uint8_t> headers(const Session &session) {
    if (session.codec != &H264) return chunk_of_packets(0);
    const Config &config = session.config;
    uint32_t across = (session.width + 15) / 16, down = (session.height + 15) / 16;
    Bits sps, pps;
    sps.put(8, 77), sps.put(8, 0), sps.put(8, 51), sps.golomb(0);
    sps.golomb(0), sps.golomb(0), sps.golomb(4);  // frame numbers of 4 bits, orders of 8
    sps.golomb(1), sps.put(1, 0), sps.golomb(across - 1), sps.golomb(down - 1), sps.put(1, 1), sps.put(1, 1);
    sps.put(1, 1), sps.golomb(0), sps.golomb((across * 16 - session.width) / 2), sps.golomb(0), sps.golomb((down * 16 - session.height) / 2);
    sps.put(1, 1), sps.put(2, 0);  // how it is shown: neither shape nor overscan
    sps.put(1, config.signal != 0);
    if (config.signal) {
        sps.put(3, 5), sps.put(1, config.full_range), sps.put(1, config.colors != 0);
        if (config.colors) sps.put(8, config.primaries), sps.put(8, config.transfer), sps.put(8, config.matrix);
    }
    sps.put(5, 0), sps.put(1, 1), sps.put(1, 1);  // limits: so a decoder knows how far pictures are out of order
    for (uint32_t limit : {0, 0, 16, 16, config.interval > 1 ? 1 : 0, 2}) sps.golomb(limit);
    sps.close();
    for (uint32_t value : {0, 0}) pps.golomb(value);
    pps.put(2, 0);
    for (uint32_t value : {0, 0, 0}) pps.golomb(value);
    pps.put(3, 0);
    for (uint32_t value : {0, 0, 0}) pps.golomb(value);
    pps.put(3, 4), pps.close();  // slices say whether edges are smoothed
    std::vector<uint8_t> out;
    return sps.nal(out, 0x67), pps.nal(out, 0x68), out;
}

// A sample of a plane (0: luma, 1: blue, 2: red), edges repeated.
static uint8_t sample(const Session &session, const Surface &surface, int plane, uint32_t x, uint32_t y) {
    uint32_t shift = plane ? 1 : 0, width = session.width >> shift, height = session.height >> shift;
    x = x < width ? x : width - 1, y = y < height ? y : height - 1;
    if (!plane) return surface.data[y * surface.pitch + x];
    uint8_t *chroma = surface.data + surface.pitch * surface.height;
    if (surface.format == NV12) return chroma[y * surface.pitch + 2 * x + plane - 1];
    uint8_t *other = chroma + (plane == 1 ? surface.pitch / 2 * (surface.height / 2) : 0);  // YV12: red first
    return other[y * (surface.pitch / 2) + x];
}

static std::vector<uint8_t> slice(const Session &session, const Coded &coded, const Surface &surface) {
    bool refreshes = coded.type == INSTANT_REFRESH, kept = coded.type != BIDIRECTIONAL;
    std::vector<uint8_t> out;
    if (refreshes && !(session.config.flags >> 7 & 1)) out = headers(session);
    Bits bits;
    bits.golomb(0), bits.golomb(7), bits.golomb(0), bits.put(4, coded.references);
    if (refreshes) bits.golomb(0);
    bits.put(8, coded.order);
    if (kept) bits.put(refreshes ? 2 : 1, 0);
    bits.golomb(0), bits.golomb(1);
    for (uint32_t y = 0; y < session.height; y += 16)
        for (uint32_t x = 0; x < session.width; x += 16) {
            bits.golomb(25), bits.align();
            for (int plane = 0; plane < 3; plane++)
                for (uint32_t k = 0, side = plane ? 8 : 16; k < side * side; k++)
                    bits.bytes.push_back(sample(session, surface, plane, (plane ? x / 2 : x) + k % side, (plane ? y / 2 : y) + k / side));
        }
    bits.close(), bits.nal(out, (kept ? 0x20 : 0) | (refreshes ? 5 : 1));
    return out;
}

static void set_aside(const Session &session, const Coded &coded, const Surface &surface) {
    if (session.codec == &H264) return;
    std::string path = folder() + "/" + session.codec->name + "-" + std::to_string(getpid()) + "-" + std::to_string(session.number) + "-" +
                       std::to_string(coded.picture.time) + ".raw";
    FILE *file = fopen(path.c_str(), "wb");
    size_t width = session.width * (surface.format == P010 ? 2 : 1);
    for (uint32_t y = 0; y < session.height * 3 / 2; y++) fwrite(surface.data + y * surface.pitch, 1, width, file);
    fclose(file);
}

// Gives the frames that wait their places in the stream: the last of them first, those before it between the two.
static void code(Session &session) {
    auto one = [&](const Picture &picture, uint32_t type) {
        if (type == INSTANT_REFRESH) session.since_refresh = picture.number, session.references = 0;
        Output *output = session.outputs.front();
        session.outputs.pop_front();
        output->coded = {picture, type, session.references % 16, (picture.number - session.since_refresh) * 2 % 256};
        output->waits = true, session.coded++;
        if (type != BIDIRECTIONAL) session.references++;
    };
    uint32_t period = session.config.gop ? session.config.gop : 1;
    Picture last = session.pending.back();
    session.pending.pop_back();
    bool refreshes = last.number % period == 0;
    if (!refreshes) one(last, PREDICTED);
    while (!session.pending.empty()) one(session.pending.front(), refreshes ? (uint32_t)PREDICTED : (uint32_t)BIDIRECTIONAL), session.pending.pop_front();
    if (refreshes) one(last, INSTANT_REFRESH);
}

// ---------------------------------------------------------------------------------------------- the calls

#define VERSION(given, number) if ((given)->version != (number)) return BAD_VERSION
static const uint32_t LATER = 1u << 31;

static int take_place() {
    if (!getenv("FAKE_NVENC_SESSIONS")) return open("/dev/null", O_RDONLY);
    int most = atoi(getenv("FAKE_NVENC_SESSIONS"));
    for (int k = 0; k < most; k++) {
        int place = open((folder() + "/session-" + std::to_string(k)).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (flock(place, LOCK_EX | LOCK_NB) == 0) return place;
        close(place);
    }
    return -1;
}

static int open_session(Open *given, void **session) {
    VERSION(given, versioned(1));
    if (given->kind != 1 || given->api != API || !given->context) return NO_DEVICE;
    int lock = take_place();
    if (lock < 0) return getenv("FAKE_NVENC_REFUSES") ? atoi(getenv("FAKE_NVENC_REFUSES")) : OUT_OF_MEMORY;
    Session *made = new Session();
    static int opened = 0;
    return made->context = given->context, made->lock = lock, made->number = opened++, *session = made, OK;
}
static int destroy(Session *session) { return close(session->lock), delete session, OK; }
static int count_codecs(Session *, uint32_t *count) { return *count = 3, OK; }
static int list_codecs(Session *, Guid *codecs, uint32_t, uint32_t *count) { return memcpy(codecs, CODECS, sizeof CODECS), *count = 3, OK; }
static int caps(Session *, Guid guid, Caps *given, int *value) {
    VERSION(given, versioned(1));
    const Codec &codec = codec_of(guid.first);
    const std::map<uint32_t, int> known = {{0, 4}, {2, 0}, {7, 1}, {16, codec.most}, {17, codec.most}, {20, 1}, {33, 1}, {34, 1}, {37, 1}, {38, 1}, {39, codec.deep && !getenv("FAKE_NVENC_8_BITS")}, {41, 1}, {43, 3}, {47, 1}};
    auto found = known.find(given->which);
    return *value = found == known.end() ? 0 : found->second, OK;
}
static int preset(Session *, Guid codec, Guid preset, int, Preset *given) {
    VERSION(given, versioned(5) | LATER);
    Config &config = given->config;
    bool quick = preset.first == PRESETS[0] || codec.first != H264.guid;
    config.gop = 250, config.interval = quick ? 1 : 4, config.rate_mode = 1, config.idr = 250, config.format = 5;
    return OK;
}
static int initialize(Session *session, Initialize *given) {
    VERSION(given, versioned(7) | LATER);
    session->codec = &codec_of(given->codec.first), session->width = given->width, session->height = given->height;
    session->config = *given->config;
    const Config &config = session->config;
    if (session->codec != &H264 && !getenv("FAKE_NVENC_PACKETS")) return UNSUPPORTED;
    if (given->width < 145 || given->height < 49) return BAD_PARAM;
    if (folder().empty()) return OK;
    int speed = 0;
    while (speed < 7 && PRESETS[speed] != given->preset.first) speed++;
    FILE *file = fopen((folder() + "/sessions").c_str(), "a");
    fprintf(file, "%s p%d %ux%u gop=%u interval=%d rate=%u quality=%u peak=%u\n", session->codec->name, speed + 1, given->width,
            given->height, config.gop, config.interval, config.rate_mode, config.quality, config.peak_rate);
    return fclose(file), OK;
}
static int streams(Session *, void *, void *) { return OK; }
static const char *last_error(Session *) { return "(no details)"; }
static int new_input(Session *, NewInput *given) {
    VERSION(given, versioned(2));
    Surface *made = new Surface{nullptr, (given->width + 63) / 64 * 64, given->height, given->format, 1, {}};
    made->own.resize(made->pitch * made->height * (given->format == P010 ? 3 : 2)), made->pitch *= given->format == P010 ? 2 : 1;
    return made->data = made->own.data(), given->input = made, OK;
}
static int drop_input(Session *, Surface *surface) { return delete surface, OK; }
static int lock_input(Session *, LockInput *given) {
    VERSION(given, versioned(1));
    Surface *surface = (Surface *)given->input;
    return given->data = surface->data, given->pitch = surface->pitch, OK;
}
static int unlock_input(Session *, Surface *) { return OK; }
static int new_output(Session *, NewOutput *given) {
    VERSION(given, versioned(1));
    return given->output = new Output(), OK;
}
static int drop_output(Session *, Output *output) { return delete output, OK; }
static int enroll(Session *session, Register *given) {
    VERSION(given, versioned(5));
    if (session->context != PRIMARY) return NOT_REGISTERED;  // another context's memory
    if (given->kind != 1 || !given->address || given->pitch < given->width || given->height != session->height) return BAD_PARAM;
    return given->registered = new Surface{given->address, given->pitch, given->height, given->format, 0, {}}, OK;
}
static int dismiss(Session *, Surface *surface) {
    if (!surface || surface->mapped) return NOT_REGISTERED;
    return delete surface, OK;
}
static int map_input(Session *, Map *given) {
    VERSION(given, versioned(4));
    Surface *surface = (Surface *)given->registered;
    return surface->mapped++, given->mapped = surface, given->format = surface->format, OK;
}
static int unmap_input(Session *, Surface *surface) { return surface->mapped-- ? OK : NOT_MAPPED; }
static int encode(Session *session, Picture *given) {
    VERSION(given, versioned(7) | LATER);
    if (given->flags & 8) {  // the end
        if (!session->pending.empty()) code(*session);
        return OK;
    }
    if (!((Surface *)given->input)->mapped) return NOT_MAPPED;
    session->pending.push_back(*given), session->outputs.push_back((Output *)given->output);
    bool enough = given->number == 0 || (int)session->pending.size() >= session->config.interval;
    if (enough) code(*session);
    return enough ? OK : NEED_MORE_INPUT;
}
static int lock_output(Session *session, LockOutput *given) {
    VERSION(given, versioned(2) | LATER);
    Output *output = (Output *)given->output;
    if (!output->waits) return BAD_CALL;
    const Coded &coded = output->coded;
    const Surface &surface = *(Surface *)coded.picture.input;
    set_aside(*session, coded, surface);
    output->packet = session->codec == &H264 ? slice(*session, coded, surface) : chunk_of_packets(1);
    given->data = output->packet.data(), given->size = output->packet.size(), given->type = session->codec == &H264 ? coded.type : (uint32_t)INSTANT_REFRESH;
    return given->time = coded.picture.time, given->duration = coded.picture.duration, given->quantizer = 20, output->waits = false, OK;
}
static int unlock_output(Session *, Output *) { return OK; }
static int sequence(Session *session, Headers *given) {
    VERSION(given, versioned(1));
    std::vector<uint8_t> made = headers(*session);
    if (made.size() > given->room) return BAD_PARAM;
    return memcpy(given->data, made.data(), made.size()), *given->size = made.size(), OK;
}
static int absent() { return UNSUPPORTED; }

extern "C" {
int NvEncodeAPIGetMaxSupportedVersion(uint32_t *version) { return *version = getenv("FAKE_NVENC_OLD") ? 0xc2 : API << 4, OK; }
int NvEncodeAPICreateInstance(void *list) {
    if (*(uint32_t *)list != versioned(2)) return BAD_VERSION;
    void **calls = (void **)list + 1;  // in the order of nvEncodeAPI.h
    for (int k = 0; k < 43; k++) calls[k] = (void *)absent;
    const std::pair<int, void *> known[] = {
        {1, (void *)count_codecs}, {4, (void *)list_codecs}, {7, (void *)caps}, {11, (void *)initialize}, {12, (void *)new_input},
        {13, (void *)drop_input}, {14, (void *)new_output}, {15, (void *)drop_output}, {16, (void *)encode}, {17, (void *)lock_output},
        {18, (void *)unlock_output}, {19, (void *)lock_input}, {20, (void *)unlock_input}, {22, (void *)sequence}, {25, (void *)map_input},
        {26, (void *)unmap_input}, {27, (void *)destroy}, {29, (void *)open_session}, {30, (void *)enroll}, {31, (void *)dismiss},
        {37, (void *)last_error}, {38, (void *)streams}, {39, (void *)preset},
    };
    for (auto &[place, call] : known) calls[place] = call;
    return OK;
}
}
