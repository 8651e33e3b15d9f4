/* In front of each source whose conditions can be changed at run time; conditions.py puts the calls around them. */
#ifndef CTN_MUTATION_MUTANT_H
#define CTN_MUTATION_MUTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mutant_kind { MUTANT_INVERTED, MUTANT_TRUE, MUTANT_FALSE, MUTANT_CASE };

/* One source with conditions: seen has a byte for each, with a bit for each value that it had. */
struct mutant_file {
	const char *name;
	uint8_t *seen;
	size_t n;
	struct mutant_file *next;
};

extern const uint8_t *mutant_at; /* the byte of the condition that is changed; NULL: none is */
extern enum mutant_kind mutant_kind;
extern uint64_t mutant_steps, mutant_steps_max;

void mutant_register(struct mutant_file *file);
/* It was evaluated too often: a loop that does not end. */
_Noreturn void mutant_hang(void);

#define MUTANT_FILE(path, count)                                                        \
	static uint8_t mutant_seen[(count) + 1];                                            \
	__attribute__((constructor)) static void                                            \
	mutant_announce(void)                                                               \
	{                                                                                   \
		static struct mutant_file file = { path, mutant_seen, (count), NULL };          \
		mutant_register(&file);                                                         \
	}

static inline void
mutant_step(void)
{
	if (++mutant_steps > mutant_steps_max)
		mutant_hang();
}

/* The value of a condition, or what the mutant makes of it. */
static inline bool
mutant_value(uint8_t *here, bool value)
{
	*here |= (uint8_t)(1u << value);
	mutant_step();
	if (__builtin_expect(here != mutant_at, 1))
		return value;
	return mutant_kind == MUTANT_INVERTED ? !value : mutant_kind == MUTANT_TRUE;
}

/* No enumerator has it, so that a switch goes to its default. */
#define MUTANT_NO_CASE INT64_C(0x5eed0000badca5e)

/* The value of a switch; the mutant makes one of its labels unknown. Each label has a byte from here on. */
static inline int64_t
mutant_switch(uint8_t *here, int64_t value, const int64_t *labels, size_t n)
{
	mutant_step();
	for (size_t i = 0; i < n; i++)
		if (labels[i] == value) {
			here[i] |= 1;
			return here + i == mutant_at ? MUTANT_NO_CASE : value;
		}
	return value;
}

#define MUTANT(i, expression) mutant_value(&mutant_seen[i], expression)

#endif
