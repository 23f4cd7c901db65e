// The part of LiteRT's C interface (version 2.3.0, which comes without headers) that running a network takes.
// The library is opened at run time, so that the program builds and starts without it.
#ifndef ZANCADA_CLITERT_H
#define ZANCADA_CLITERT_H

#include <stddef.h>
#include <stdint.h>

typedef int32_t zlitert_status;  // 0: success
typedef void *zlitert_handle;    // environment, model, options, buffer …: all opaque

// Large enough for the library's own description of a tensor (element type, rank, sizes, strides), which is only passed on.
typedef struct {
    _Alignas(8) unsigned char bytes[256];
} zlitert_tensor_type;

typedef struct {
    int32_t tag;
    struct {
        int32_t type;
        int64_t value;
    } any;
} zlitert_environment_option;

enum {
    ZLITERT_OPTION_ACCELERATORS = 24,
    ZLITERT_OPTION_LOG_SEVERITY = 25,
    ZLITERT_ANY_INTEGER = 2,
    ZLITERT_ACCELERATOR_CPU = 1,
    ZLITERT_LOG_SILENT = 4,
    ZLITERT_LOCK_READ = 0,
    ZLITERT_LOCK_WRITE = 1,
};

typedef struct {
    zlitert_status (*create_environment)(int count, const zlitert_environment_option *options, zlitert_handle *environment);
    void (*destroy_environment)(zlitert_handle environment);

    zlitert_status (*create_model)(zlitert_handle environment, const void *bytes, size_t size, zlitert_handle *model);
    void (*destroy_model)(zlitert_handle model);
    zlitert_status (*get_subgraph)(zlitert_handle model, size_t index, zlitert_handle *subgraph);
    zlitert_status (*get_input_count)(zlitert_handle subgraph, size_t *count);
    zlitert_status (*get_output_count)(zlitert_handle subgraph, size_t *count);
    zlitert_status (*get_input)(zlitert_handle subgraph, size_t index, zlitert_handle *tensor);
    zlitert_status (*get_output)(zlitert_handle subgraph, size_t index, zlitert_handle *tensor);
    zlitert_status (*get_tensor_type)(zlitert_handle tensor, zlitert_tensor_type *type);

    zlitert_status (*create_options)(zlitert_handle *options);
    void (*destroy_options)(zlitert_handle options);
    zlitert_status (*set_accelerators)(zlitert_handle options, int accelerators);
    zlitert_status (*create_opaque_options)(const char *identifier, void *payload, void (*release)(void *),
                                            zlitert_handle *opaque);
    zlitert_status (*add_opaque_options)(zlitert_handle options, zlitert_handle opaque);

    zlitert_status (*compile)(zlitert_handle environment, zlitert_handle model, zlitert_handle options,
                              zlitert_handle *compiled);
    void (*destroy_compiled)(zlitert_handle compiled);
    zlitert_status (*get_input_requirements)(zlitert_handle compiled, size_t signature, size_t index,
                                             zlitert_handle *requirements);
    zlitert_status (*get_output_requirements)(zlitert_handle compiled, size_t signature, size_t index,
                                              zlitert_handle *requirements);
    zlitert_status (*create_buffer)(zlitert_handle environment, const zlitert_tensor_type *type,
                                    zlitert_handle requirements, zlitert_handle *buffer);
    void (*destroy_buffer)(zlitert_handle buffer);
    zlitert_status (*get_buffer_size)(zlitert_handle buffer, size_t *bytes);
    zlitert_status (*lock)(zlitert_handle buffer, void **address, int mode);
    zlitert_status (*unlock)(zlitert_handle buffer);
    zlitert_status (*run)(zlitert_handle compiled, size_t signature, size_t inputs, zlitert_handle *input,
                          size_t outputs, zlitert_handle *output);
} zlitert_functions;

// Opens the library and looks up every function. Returns NULL, or what went wrong (static text, or the loader's own,
// valid until its next call on this thread). The library stays open for the life of the process.
const char *zlitert_load(const char *path, zlitert_functions *functions);

// The XNNPACK setting "num_threads = N", to be handed to `create_opaque_options`.
zlitert_status zlitert_set_threads(const zlitert_functions *functions, zlitert_handle options, int threads);

#endif
