#include "CLiteRT.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

const char *zlitert_load(const char *path, zlitert_functions *functions) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        return reason ? reason : "dlopen failed";
    }
    const struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&functions->create_environment, "LiteRtCreateEnvironment"},
        {&functions->destroy_environment, "LiteRtDestroyEnvironment"},
        {&functions->create_model, "LiteRtCreateModelFromBuffer"},
        {&functions->destroy_model, "LiteRtDestroyModel"},
        {&functions->get_subgraph, "LiteRtGetModelSubgraph"},
        {&functions->get_input_count, "LiteRtGetNumSubgraphInputs"},
        {&functions->get_output_count, "LiteRtGetNumSubgraphOutputs"},
        {&functions->get_input, "LiteRtGetSubgraphInput"},
        {&functions->get_output, "LiteRtGetSubgraphOutput"},
        {&functions->get_tensor_type, "LiteRtGetRankedTensorType"},
        {&functions->create_options, "LiteRtCreateOptions"},
        {&functions->destroy_options, "LiteRtDestroyOptions"},
        {&functions->set_accelerators, "LiteRtSetOptionsHardwareAccelerators"},
        {&functions->create_opaque_options, "LiteRtCreateOpaqueOptions"},
        {&functions->add_opaque_options, "LiteRtAddOpaqueOptions"},
        {&functions->compile, "LiteRtCreateCompiledModel"},
        {&functions->destroy_compiled, "LiteRtDestroyCompiledModel"},
        {&functions->get_input_requirements, "LiteRtGetCompiledModelInputBufferRequirements"},
        {&functions->get_output_requirements, "LiteRtGetCompiledModelOutputBufferRequirements"},
        {&functions->create_buffer, "LiteRtCreateManagedTensorBufferFromRequirements"},
        {&functions->destroy_buffer, "LiteRtDestroyTensorBuffer"},
        {&functions->get_buffer_size, "LiteRtGetTensorBufferPackedSize"},
        {&functions->lock, "LiteRtLockTensorBuffer"},
        {&functions->unlock, "LiteRtUnlockTensorBuffer"},
        {&functions->run, "LiteRtRunCompiledModel"},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *address = dlsym(library, symbols[i].name);
        if (!address) {
            dlclose(library);
            return symbols[i].name;
        }
        *(void **)symbols[i].slot = address;
    }
    return NULL;
}

zlitert_status zlitert_set_threads(const zlitert_functions *functions, zlitert_handle options, int threads) {
    char *payload = malloc(32);
    if (!payload) return 2;
    snprintf(payload, 32, "num_threads = %d\n", threads);
    zlitert_handle opaque = NULL;
    zlitert_status status = functions->create_opaque_options("xnnpack", payload, free, &opaque);
    if (status != 0) {
        free(payload);
        return status;
    }
    return functions->add_opaque_options(options, opaque);
}
