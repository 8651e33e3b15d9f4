/* Archives: what is written is ustar, what is read is nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/dir.h"
#include "ca/parts.h"
#include "ca/tar.h"

/* What a reader was handed. */
struct told {
	char names[256];
	size_t files;
	int out;
	bool refuse;
};

static bool
accept_any(void *ctx, const ctn_tar_entry *entry, int *out, struct ctn_err *e)
{
	struct told *t = ctx;

	if (t->refuse)
		return ctn_fail(e, CTN_EINPUT, "not this one");
	(void)snprintf(t->names + strlen(t->names), sizeof t->names - strlen(t->names), "%s %llu %o\n", entry->name,
	    (unsigned long long)entry->size, (unsigned)entry->mode);
	*out = dup(t->out);
	return *out >= 0;
}

static bool
count(void *ctx, const ctn_tar_entry *entry, int out, struct ctn_err *e)
{
	struct told *t = ctx;

	(void)entry;
	(void)out;
	(void)e;
	t->files++;
	return true;
}

static int
memory(void)
{
	int fd = memfd_create("tar", 0);

	assert_true(fd >= 0);
	return fd;
}

/* Reads from the beginning whatever stands in fd. */
static bool
read_from(struct told *t, int fd, struct ctn_err *e)
{
	ctn_tar_sink sink = { .accept = accept_any, .done = count, .ctx = t };

	t->out = memory();
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return ctn_tar_read(fd, "a.tar", &sink, e);
}

static ctn_tar_entry
entry_of(const char *name, uint64_t size)
{
	ctn_tar_entry entry = { .size = size, .mode = 0600, .mtime_s = 1800000000 };

	(void)snprintf(entry.name, sizeof entry.name, "%s", name);
	return entry;
}

static int
two_files(void)
{
	ctn_tar_entry one = entry_of("keys/one.key", 3), two = entry_of("catena.db", 1024);
	struct ctn_err e = { 0 };
	uint8_t bytes[1024];
	int fd = memory();

	memset(bytes, 'x', sizeof bytes);
	two.mode = 0644;
	assert_true(ctn_tar_put(fd, &one, CTN_SPAN("abc"), "a.tar", &e));
	assert_true(ctn_tar_put(fd, &two, (ctn_span){ bytes, sizeof bytes }, "a.tar", &e));
	assert_true(ctn_tar_finish(fd, "a.tar", &e));
	return fd;
}

static void
poke(int fd, off_t at, const void *bytes, size_t n)
{
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
}

static void
what_was_written_is_read_again(void **state)
{
	struct told t = { 0 };
	struct ctn_err e = { 0 };
	int fd = two_files();

	(void)state;
	assert_true(read_from(&t, fd, &e));
	assert_string_equal(t.names, "keys/one.key 3 600\ncatena.db 1024 644\n");
	assert_int_equal(t.files, 2);
	assert_int_equal(lseek(t.out, 0, SEEK_END), 3 + 1024);
	(void)close(t.out);
	(void)close(fd);
}

static void
a_header_is_what_posix_says(void **state)
{
	ctn_tar_entry entry = entry_of("keys/one.key", 513);
	struct ctn_err e = { 0 };
	uint8_t h[CTN_TAR_BLOCK];

	(void)state;
	assert_true(ctn_tar_header(h, &entry, &e));
	assert_string_equal((char *)h, "keys/one.key");
	assert_string_equal((char *)h + 100, "0000600");
	assert_string_equal((char *)h + 108, "0000000");
	assert_string_equal((char *)h + 124, "00000001001");
	assert_string_equal((char *)h + 136, "15322351000");
	assert_int_equal(h[155], ' ');
	assert_int_equal(h[154], 0);
	assert_int_equal(h[156], '0');
	assert_memory_equal(h + 257, "ustar\00000", 8);
}

static void
sizes_on_both_sides_of_8_gib_come_back(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, (UINT64_C(1) << 33) - 1, UINT64_C(1) << 33, UINT64_C(123456789012345), CTN_TAR_SIZE_MAX };
	struct ctn_err e = { 0 };
	ctn_tar_entry out;
	bool end;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		ctn_tar_entry entry = entry_of("catena.db", sizes[i]);
		uint8_t h[CTN_TAR_BLOCK];

		assert_true(ctn_tar_header(h, &entry, &e));
		assert_true(ctn_tar_parse(&out, &end, h, &e));
		assert_true(out.size == sizes[i]);
		assert_false(end);
	}
}

static void
what_does_not_fit_is_not_written(void **state)
{
	ctn_tar_entry none = entry_of("", 1), huge = entry_of("catena.db", CTN_TAR_SIZE_MAX + 1), short_one = entry_of("highwater", 5);
	struct ctn_err e = { 0 };
	uint8_t h[CTN_TAR_BLOCK];
	int fd = memory(), from = memory();

	(void)state;
	assert_false(ctn_tar_header(h, &none, &e));
	assert_string_equal(e.text, "a name of 0 octets does not fit into an archive");
	assert_false(ctn_tar_header(h, &huge, &e));
	assert_non_null(strstr(e.text, "too many for an archive"));
	assert_false(ctn_tar_put(fd, &short_one, CTN_SPAN("1234"), "a.tar", &e));
	assert_string_equal(e.text, "highwater: 4 octets where 5 were said");
	assert_int_equal(write(from, "1234", 4), 4);
	assert_int_equal(lseek(from, 0, SEEK_SET), 0);
	assert_false(ctn_tar_copy(fd, &short_one, from, "a.tar", &e));
	assert_string_equal(e.text, "highwater: it became shorter while it was read");
	(void)close(fd);
	(void)close(from);
}

/* Each change of one field, with a checksum that is right again. */
static void
refuse(void (*change)(uint8_t *h), const char *text)
{
	ctn_tar_entry entry = entry_of("keys/one.key", 3), out;
	uint8_t h[CTN_TAR_BLOCK];
	struct ctn_err e = { 0 };
	unsigned sum = 0;
	bool end;

	assert_true(ctn_tar_header(h, &entry, &e));
	change(h);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < sizeof h; i++)
		sum += h[i];
	(void)snprintf((char *)h + 148, 8, "%06o", sum);
	h[155] = ' ';
	assert_false(ctn_tar_parse(&out, &end, h, &e));
	assert_int_equal(e.code, CTN_EINPUT);
	assert_string_equal(e.text, text);
}

static void
make_link(uint8_t *h)
{
	h[156] = '2';
}

static void
name_a_link(uint8_t *h)
{
	h[157] = 'x';
}

static void
make_old(uint8_t *h)
{
	h[263] = ' ';
}

static void
use_prefix(uint8_t *h)
{
	h[345] = 'x';
}

static void
make_absolute(uint8_t *h)
{
	h[0] = '/';
}

static void
climb(uint8_t *h)
{
	memcpy(h, "keys/../", 8);
}

static void
stay(uint8_t *h)
{
	memcpy(h, "./ys", 4);
}

static void
double_slash(uint8_t *h)
{
	h[5] = '/';
}

static void
control(uint8_t *h)
{
	h[6] = '\n';
}

static void
bad_size(uint8_t *h)
{
	h[130] = '9';
}

static void
huge_size(uint8_t *h)
{
	memset(h + 124, 0xff, 12);
}

static void
bad_mode(uint8_t *h)
{
	h[103] = 'x';
}

static void
bad_time(uint8_t *h)
{
	h[140] = '-';
}

static void
anything_but_a_plain_regular_file_is_refused(void **state)
{
	(void)state;
	refuse(make_link, "an entry that is no regular file");
	refuse(name_a_link, "an entry that is no regular file");
	refuse(make_old, "not a ustar header");
	refuse(use_prefix, "an entry whose name leads elsewhere");
	refuse(make_absolute, "an entry whose name leads elsewhere");
	refuse(climb, "an entry whose name leads elsewhere");
	refuse(stay, "an entry whose name leads elsewhere");
	refuse(double_slash, "an entry whose name leads elsewhere");
	refuse(control, "an entry whose name leads elsewhere");
	refuse(bad_size, "keys/one.key: a header whose numbers are malformed");
	refuse(huge_size, "keys/one.key: a header whose numbers are malformed");
	refuse(bad_mode, "keys/one.key: a header whose numbers are malformed");
	refuse(bad_time, "keys/one.key: a header whose numbers are malformed");
}

static void
every_changed_octet_of_a_header_is_noticed(void **state)
{
	ctn_tar_entry entry = entry_of("keys/one.key", 3), out;
	uint8_t h[CTN_TAR_BLOCK];
	struct ctn_err e = { 0 };
	bool end;

	(void)state;
	for (size_t i = 0; i < sizeof h; i++) {
		assert_true(ctn_tar_header(h, &entry, &e));
		h[i] ^= 1;
		if (i == 154 || i == 155) /* what ends the checksum's own field */
			continue;
		if (ctn_tar_parse(&out, &end, h, &e))
			fail_msg("octet %zu", i);
	}
}

static void
an_archive_that_ends_early_is_cut_off_wherever_it_ends(void **state)
{
	(void)state;
	for (off_t size = 0; size < 512 * 6; size += 171) {
		int fd = two_files();
		struct told t = { 0 };
		struct ctn_err e = { 0 };

		assert_int_equal(ftruncate(fd, size), 0);
		assert_false(read_from(&t, fd, &e));
		assert_int_equal(e.code, CTN_EINPUT);
		assert_non_null(strstr(e.text, "cut off after"));
		(void)close(t.out);
		(void)close(fd);
	}
}

static void
octets_where_zeroes_must_be_are_refused(void **state)
{
	static const struct {
		off_t at;
		const char *text;
	} cases[] = {
		{ 512 + 3, "a.tar: keys/one.key: octets between two files" },
		{ 512 * 5, "a.tar: at byte 2560: not a ustar header" },
		{ 512 * 6 + 100, "a.tar: octets after its end" },
		{ 512 * 9, "a.tar: octets after its end" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fd = two_files();
		struct told t = { 0 };
		struct ctn_err e = { 0 };

		poke(fd, cases[i].at, "x", 1);
		assert_false(read_from(&t, fd, &e));
		assert_string_equal(e.text, cases[i].text);
		(void)close(t.out);
		(void)close(fd);
	}
}

static void
zeroes_may_fill_up_the_last_record(void **state)
{
	struct told t = { 0 };
	struct ctn_err e = { 0 };
	int fd = two_files();

	(void)state;
	assert_int_equal(ftruncate(fd, 10240), 0);
	assert_true(read_from(&t, fd, &e));
	assert_int_equal(ftruncate(fd, 4 << 20), 0);
	(void)close(t.out);
	assert_false(read_from(&t, fd, &e));
	assert_string_equal(e.text, "a.tar: octets after its end");
	(void)close(t.out);
	(void)close(fd);
}

static void
a_sink_may_refuse(void **state)
{
	struct told t = { .refuse = true };
	struct ctn_err e = { 0 };
	int fd = two_files();

	(void)state;
	assert_false(read_from(&t, fd, &e));
	assert_string_equal(e.text, "a.tar: not this one");
	(void)close(t.out);
	(void)close(fd);
}

static void
only_the_parts_of_a_home_belong_to_it(void **state)
{
	static const char *const in[] = { "catena.db", "highwater", "keys/a.key", "policies/ca.yaml", "public/x.crl" };
	static const char *const out[] = { "", "catena.db-wal", "keys", "keys/", "keys/.x", "keys/a/b", "keysx/a", "other/a", "/keys/a", "highwater/x" };

	(void)state;
	for (size_t i = 0; i < sizeof in / sizeof *in; i++)
		assert_non_null(ctn_part_of(in[i]));
	for (size_t i = 0; i < sizeof out / sizeof *out; i++)
		if (ctn_part_of(out[i]) != NULL)
			fail_msg("%s", out[i]);
	assert_int_equal(ctn_part_of("keys/a.key")->mode, 0600);
	assert_int_equal(ctn_part_of("public/a.crt")->mode, 0644);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read_again),
		cmocka_unit_test(a_header_is_what_posix_says),
		cmocka_unit_test(sizes_on_both_sides_of_8_gib_come_back),
		cmocka_unit_test(what_does_not_fit_is_not_written),
		cmocka_unit_test(anything_but_a_plain_regular_file_is_refused),
		cmocka_unit_test(every_changed_octet_of_a_header_is_noticed),
		cmocka_unit_test(an_archive_that_ends_early_is_cut_off_wherever_it_ends),
		cmocka_unit_test(octets_where_zeroes_must_be_are_refused),
		cmocka_unit_test(zeroes_may_fill_up_the_last_record),
		cmocka_unit_test(a_sink_may_refuse),
		cmocka_unit_test(only_the_parts_of_a_home_belong_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
