// FFmpeg as Swift sees it: its headers, and as functions what they say in macros that Swift cannot read.
#ifndef ZANCADA_CFFMPEG_SHIM_H
#define ZANCADA_CFFMPEG_SHIM_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

static inline int zffmpeg_error_end(void) { return AVERROR_EOF; }
static inline int zffmpeg_error_again(void) { return AVERROR(EAGAIN); }
static inline int zffmpeg_error_io(void) { return AVERROR(EIO); }
static inline int zffmpeg_error_memory(void) { return AVERROR(ENOMEM); }
static inline int64_t zffmpeg_no_time(void) { return AV_NOPTS_VALUE; }

// A demuxer must never open anything beyond the bytes it was handed.
static inline int zffmpeg_refuse_open(struct AVFormatContext *s, AVIOContext **pb, const char *url, int flags,
                                      AVDictionary **options) {
    (void)s, (void)url, (void)flags, (void)options;
    *pb = NULL;
    return AVERROR(EACCES);
}
static inline void zffmpeg_forbid_open(AVFormatContext *context) { context->io_open = zffmpeg_refuse_open; }

#endif
