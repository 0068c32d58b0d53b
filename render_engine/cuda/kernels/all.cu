// One file for the compilers: `make kernels`, and the tests' own.
#include "blur.cu"
#include "color.cu"
#include "convert.cu"
#include "draw.cu"
#include "gradient.cu"
#include "matte.cu"
#include "mix.cu"
#include "move.cu"
#include "texture.cu"
#include "video.cu"

#ifdef __CUDACC__
// In every image of the fatbin, so that whoever has it can tell what it was built from.
extern "C" __constant__ char framekiln_sources[] = SOURCES;
#endif
