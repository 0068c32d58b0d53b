// The video decoder of a card whose memory is the host's, so that FFmpeg's real nvdec.c runs in tests. It does not decode: it knows
// the pictures that tests/cuda/decoded.py laid into the folder FAKE_NVDEC, each called by the last bytes of its slices. One that
// it does not know fails, as one that a card cannot decode.
//   FAKE_NVDEC_WITHOUT=CODEC   takes none of that codec, by NVIDIA's number
//   FAKE_NVDEC_FAILS_AT=N      fails at its Nth picture; 0: has no memory to begin
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string>
#include <vector>

typedef unsigned long long u64;
typedef unsigned char Byte;
enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_HANDLE = 400, UNKNOWN = 999 };
static const unsigned LINE = 512, TOLD = 12;  // bytes: a row is a multiple of LINE; TOLD name a picture

// The beginnings of what FFmpeg hands over, as NVIDIA's cuviddec.h has them.
struct Caps {
    int codec, chroma;
    unsigned depth_minus_8, reserved[3];
    Byte supported, more[3];
    unsigned max_width, max_height, max_blocks;
    unsigned short min_width, min_height;
};
struct Create {
    unsigned long width, height, decode_surfaces;
    int codec, chroma;
    unsigned long flags, depth_minus_8, intra_only, max_width, max_height, reserved;
    short area[4];
    int form, deinterlace;
    unsigned long target_width, target_height, output_surfaces;
};
struct Picture {
    int across, down, index, field, bottom, second;
    unsigned length;
    const Byte *bytes;
};

struct Decoder {
    unsigned sample, pitch, rows, outputs, mapped = 0;
    std::vector<std::vector<Byte>> surfaces;
    std::vector<Byte *> shown;  // copies that were mapped; FFmpeg's own copies of them may still wait in line
};

static int count = 0;
static int number(const char *name) { return getenv(name) ? atoi(getenv(name)) : -1; }

static bool known(const Decoder &decoder, const Picture &picture, std::vector<Byte> &surface) {
    if (!getenv("FAKE_NVDEC") || picture.length < TOLD) return false;
    std::string path = std::string(getenv("FAKE_NVDEC")) + "/";
    char digits[3];
    for (unsigned k = 0; k < TOLD; k++) snprintf(digits, 3, "%02x", picture.bytes[picture.length - TOLD + k]), path += digits;
    FILE *file = fopen(path.c_str(), "rb");
    if (!file) return false;
    unsigned size[2];  // of the picture as it is shown: bytes of a row, rows
    bool whole = fread(size, 4, 2, file) == 2 && size[0] <= decoder.pitch && size[1] <= decoder.rows;
    for (unsigned row = 0; whole && row < size[1] * 3 / 2; row++) {
        unsigned to = row < size[1] ? row : decoder.rows + row - size[1];
        whole = fread(&surface[to * decoder.pitch], 1, size[0], file) == size[0];
    }
    return fclose(file), whole;
}

extern "C" {
int cuvidGetDecoderCaps(Caps *caps) {
    bool exists = caps->codec != 9 || caps->depth_minus_8 == 0;  // VP8 has 8 bits
    caps->supported = exists && caps->chroma == 1 && caps->codec != number("FAKE_NVDEC_WITHOUT");
    if (!caps->supported) return OK;
    caps->max_width = caps->max_height = 4096, caps->max_blocks = 65536;
    return caps->min_width = 48, caps->min_height = 16, OK;
}
int cuvidCreateDecoder(Decoder **out, const Create *told) {
    if (number("FAKE_NVDEC_FAILS_AT") == 0) return OUT_OF_MEMORY;
    if (told->chroma != 1 || told->form > 1 || !told->decode_surfaces || told->decode_surfaces > 32) return INVALID_VALUE;
    Decoder *decoder = new Decoder;
    decoder->sample = told->form + 1;
    decoder->pitch = (told->target_width * decoder->sample + LINE - 1) / LINE * LINE;
    decoder->rows = told->target_height, decoder->outputs = told->output_surfaces;
    decoder->surfaces.assign(told->decode_surfaces, std::vector<Byte>(decoder->pitch * decoder->rows * 3 / 2, 0x55));
    return *out = decoder, OK;
}
int cuvidDecodePicture(Decoder *decoder, const Picture *picture) {
    if (++count == number("FAKE_NVDEC_FAILS_AT")) return UNKNOWN;
    if (picture->field || (unsigned)picture->index >= decoder->surfaces.size()) return INVALID_VALUE;
    return known(*decoder, *picture, decoder->surfaces[picture->index]) ? OK : UNKNOWN;
}
int cuvidMapVideoFrame64(Decoder *decoder, int index, u64 *address, unsigned *pitch, const void *) {
    if (decoder->mapped == decoder->outputs) return INVALID_VALUE;
    const std::vector<Byte> &surface = decoder->surfaces.at(index);
    Byte *copy = (Byte *)malloc(surface.size());
    memcpy(copy, surface.data(), surface.size());
    decoder->shown.push_back(copy), decoder->mapped++;
    return *address = (u64)copy, *pitch = decoder->pitch, OK;
}
int cuvidUnmapVideoFrame64(Decoder *decoder, u64 address) {
    if (!decoder->mapped || (u64)decoder->shown.back() != address) return INVALID_HANDLE;
    return decoder->mapped--, OK;
}
int cuvidDestroyDecoder(Decoder *decoder) {
    void *driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
    ((int (*)(void *))dlsym(driver, "cuStreamSynchronize"))(nullptr);
    for (Byte *copy : decoder->shown) free(copy);
    return delete decoder, OK;
}

// FFmpeg looks for these too, and loads nothing without them.
#define ABSENT(name) int name() { return 801; }
ABSENT(cuvidGetDecodeStatus) ABSENT(cuvidReconfigureDecoder) ABSENT(cuvidCtxLockCreate) ABSENT(cuvidCtxLockDestroy)
ABSENT(cuvidCtxLock) ABSENT(cuvidCtxUnlock) ABSENT(cuvidCreateVideoSource) ABSENT(cuvidCreateVideoSourceW)
ABSENT(cuvidDestroyVideoSource) ABSENT(cuvidSetVideoSourceState) ABSENT(cuvidGetVideoSourceState)
ABSENT(cuvidGetSourceVideoFormat) ABSENT(cuvidGetSourceAudioFormat) ABSENT(cuvidCreateVideoParser) ABSENT(cuvidParseVideoData)
ABSENT(cuvidDestroyVideoParser)
}
