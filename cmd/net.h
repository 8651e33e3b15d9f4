/* libcatena-net: opened by the few commands that fetch, send or probe. No other has a mail client and libssl beside an authority's key. */
#ifndef CTN_CMD_NET_H
#define CTN_CMD_NET_H

#include "base/err.h"
#include "base/mem.h"
#include "net/net.h"
#include "probe/probe.h"

/**
 * Open it where it was installed: beside the program, else in the folder that the build says, found from where the program lies. The path is
 * absolute, so that no variable of the environment decides which file is opened. It stays open as long as the process.
 *
 * net, probe  its tables; NULL: not wanted
 * Fails       CTN_EFILE: not there, of another version, or a library that it needs is missing; CTN_ENOMEM
 */
CTN_MUST bool net_open(const ctn_net_api **net, const ctn_probe_api **probe, ctn_arena *a, struct ctn_err *e);
/** The same with a given file. */
CTN_MUST bool net_open_file(const ctn_net_api **net, const ctn_probe_api **probe, const char *path, struct ctn_err *e);

#endif
