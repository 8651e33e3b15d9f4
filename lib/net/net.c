#include "net/net.h"

#include "base/version.h"

const ctn_net_api ctn_net_table = { .version = CTN_VERSION, .fetch = ctn_net_fetch, .send = ctn_net_send };
