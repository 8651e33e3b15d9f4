/* Backup: the whole home in one file, taken while it is in use. */
#ifndef CTN_CA_BACKUP_H
#define CTN_CA_BACKUP_H

#include "ca/ca.h"
#include "log/merkle.h"

typedef struct ctn_backup_report {
	uint64_t size;  /* of the log that it holds */
	ctn_node root;
	uint64_t bytes; /* of the file */
	size_t files;
} ctn_backup_report;

/**
 * Write database, keys (encrypted as they are), policies, public files and a highwater of that database into a POSIX ustar archive,
 * 0600, whole or not at all. Nobody waits for it: the database is one snapshot; what is published is copied before it and the keys after
 * it, so that the archive holds no CRL that its database does not know, and every key that it names. A file that cannot be in a backup
 * (no regular file, too large, a name over 100 octets) is left out with a warning.
 * Fails CTN_EEXISTS unless force; CTN_EUSAGE for a file inside the home; CTN_ELOCKED while another backup runs; CTN_EFILE, CTN_ESTORE.
 */
CTN_PUBLIC CTN_MUST bool ctn_ca_backup(ctn_backup_report *out, ctn_ca *ca, const char *to_path, bool force, bool dry_run, struct ctn_err *e);

#endif
