#include "base/csv.h"

static void
put_field(ctn_buf *b, const char *field)
{
	bool runs = field[0] != '\0' && strchr("=+-@\t\r", field[0]) != NULL;
	bool quoted = strpbrk(field, ",\"\r\n") != NULL;

	if (quoted)
		ctn_buf_byte(b, '"');
	if (runs)
		ctn_buf_byte(b, '\'');
	for (; *field != '\0'; field++) {
		if (*field == '"')
			ctn_buf_byte(b, '"');
		ctn_buf_byte(b, (uint8_t)*field);
	}
	if (quoted)
		ctn_buf_byte(b, '"');
}

void
ctn_csv_row(ctn_buf *b, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			ctn_buf_byte(b, ',');
		if (fields[i] != NULL)
			put_field(b, fields[i]);
	}
	ctn_buf_text(b, "\r\n");
}
