"""
Which conditions decide nothing about what is accepted or refused. By rule, never one by one:

memory   a guard whose only way leads to ctn_fail_memory; a test for NULL of what an allocation has just given; a flag or code
         that says that memory or libcrypto failed. The tests of faults/ take memory away.
release  a guard of nothing but calls that free or close.
words    a choice between two texts that stand there, which is for people; and the files of SHOWN, which only write for people.

A call of a function that fails only for lack of memory or libcrypto is not changed to the value that hides it.
A value that is thrown away, (void)!f(x), is no condition.

A call that always refuses (ctn_fail, ctn_run_no, ... and functions that return nothing else) can only be changed to true.
"""
import re

try:
    from clang import cindex
    KIND = cindex.CursorKind
except ImportError:
    cindex = None

REFUSALS = {"ctn_fail", "ctn_fail_memory", "ctn_wrap", "ctn_hint", "ctn_run_no", "ctn_run_break"}
ALLOCATIONS = re.compile(r"ctn_(calloc|arena_\w+|buf_cstr|buf_take)$")
RELEASES = re.compile(r"(ctn_\w*(free|close)|\w+_free|free)$")
MEMORY = "ctn_fail_memory"
FAILED = {"broken", "no_memory", "failed"}  # bool members that only a lack of memory or libcrypto sets
CODES = {b"CTN_ENOMEM", b"CTN_SIGNATURE_FAILED", b"IDN2_MALLOC"}
ENDS = {MEMORY, "ctn_run_break"}
# Their headers say that they fail only when memory or libcrypto does.
LIBCRYPTO = {"ctn_sha256", "ctn_spki_key_id", "ctn_digest", "ctn_policy_run", "ctn_pool_open", "ctn_pool_self_signed",
             "ctn_signature_check", "ctn_pool_add_ocsp"}
SHOWN = {
    "lib/policy/show.c": "a profile as it is shown: nothing reads it again",
    "lib/policy/text.c": "values as rules and explanations show them: nothing reads them again",
    "lib/name/escape.c": "attribute values as they are shown: names are compared by their octets",
}


def bare(node):
    while node.kind in (KIND.PAREN_EXPR, KIND.UNEXPOSED_EXPR, KIND.CSTYLE_CAST_EXPR):
        inner = [c for c in node.get_children() if c.kind.is_expression()]
        if len(inner) != 1:
            break
        node = inner[0]
    return node


def calls(node):
    return [n.spelling for n in node.walk_preorder() if n.kind == KIND.CALL_EXPR]


def returned(function):
    for node in function.walk_preorder():
        if node.kind == KIND.RETURN_STMT:
            yield from node.get_children()


class Rules:
    def __init__(self, unit, name=""):
        self.shown = name in SHOWN
        with open(unit.spelling, "rb") as f:
            self.text = f.read()
        self.refusals = set(REFUSALS)
        functions = [n for n in unit.cursor.get_children() if n.kind == KIND.FUNCTION_DECL and n.is_definition() and
                     n.location.file.name == unit.spelling and n.result_type.get_canonical().kind == cindex.TypeKind.BOOL]
        before = 0
        while before != len(self.refusals):
            before = len(self.refusals)
            for f in functions:
                values = list(returned(f))
                if values and all(self.refuses(v) or self.is_false(v) for v in values) and any(map(self.refuses, values)):
                    self.refusals.add(f.spelling)
        self.sure = set(LIBCRYPTO)  # functions that fail only for lack of memory or libcrypto
        before = 0
        while before != len(self.sure):
            before = len(self.sure)
            self.sure |= {f.spelling for f in functions if all(self.is_sure(v) for v in returned(f))}

    def is_sure(self, node):
        """true, ctn_fail_memory(e), ctn_run_break(r), X || ctn_fail_memory(e), or a call of a function that is sure."""
        node = bare(node)
        if node.kind == KIND.BINARY_OPERATOR:
            return self.is_sure(list(node.get_children())[-1]) and MEMORY in calls(node)
        return self.is_literal(node, b"true", b"1") or (
            node.kind == KIND.CALL_EXPR and node.spelling in self.sure | ENDS)

    def hides_memory(self, finder, node):
        """The value that makes success of a call that fails only for lack of memory; None when it is no such call."""
        negated = finder.is_not(node)
        call = bare(next(node.get_children())) if negated else bare(node)
        if call.kind != KIND.CALL_EXPR or call.spelling not in self.sure:
            return None
        return not negated

    def is_literal(self, node, *words):
        """true and false are macros, of which libclang gives no token."""
        node = bare(node)
        return self.text[node.extent.start.offset:node.extent.end.offset] in words

    def is_false(self, node):
        return self.is_literal(node, b"false", b"0")

    def refuses(self, node):
        """A call that is always false, (ctn_fail(...) || ctn_hint(...)) several of them, or X && one."""
        node = bare(node)
        if node.kind == KIND.BINARY_OPERATOR:
            left, right = node.get_children()
            return self.refuses(right) and (self.refuses(left) or self.is_and(node))
        return node.kind == KIND.CALL_EXPR and node.spelling in self.refusals

    def is_and(self, node):
        """X && a refusal is one."""
        left = next(node.get_children())
        behind = [t for t in node.get_tokens() if t.extent.start.offset >= left.extent.end.offset]
        return next((t.spelling for t in behind if t.spelling != ")"), "") == "&&"

    def ends_in_memory(self, finder, node):
        """X || ctn_fail_memory(e): always true would be a lack of memory that is taken for success."""
        if finder.operator(node) != b"||":
            return False
        last = bare(list(node.get_children())[-1])
        return last.kind == KIND.CALL_EXPR and last.spelling == MEMORY

    def allocated(self, finder, function):
        """What an allocation is assigned to in this function, as it is written."""
        found = set()
        for node in function.walk_preorder():
            if node.kind == KIND.VAR_DECL:
                values = [c for c in node.get_children() if c.kind.is_expression()]
                if values and self.allocates(values[-1]):
                    found.add(node.spelling.encode())
            elif finder.operator(node) == b"=":
                left, right = node.get_children()
                if self.allocates(right):
                    found.add(finder.says(left))
        return found

    def allocates(self, node):
        node = bare(node)
        if node.kind == KIND.CONDITIONAL_OPERATOR:
            return any(self.allocates(c) for c in list(node.get_children())[1:])
        return node.kind == KIND.CALL_EXPR and ALLOCATIONS.match(node.spelling) is not None

    def is_null_test(self, finder, node):
        if finder.operator(node) not in (b"==", b"!="):
            return False
        left, right = node.get_children()
        return finder.says(right) == b"NULL" and (finder.says(left) in finder.allocated or self.allocates(left))

    def tells_failure(self, finder, node):
        if finder.operator(node) in (b"==", b"!="):
            return finder.says(list(node.get_children())[1]) in CODES
        if finder.is_not(node):
            node = next(node.get_children())
        node = bare(node)
        if node.kind == KIND.CALL_EXPR:
            return node.spelling == "ctn_buf_ok"
        return (node.kind == KIND.MEMBER_REF_EXPR and node.spelling in FAILED and
                node.type.get_canonical().kind == cindex.TypeKind.BOOL)

    def is_text(self, node):
        return bare(node).kind == KIND.STRING_LITERAL

    def why_not(self, finder, node, context):
        way = None
        if self.shown:
            return "words"
        if context.kind == KIND.CONDITIONAL_OPERATOR and all(self.is_text(c) for c in list(context.get_children())[1:]):
            return "words"
        if context.kind in (KIND.IF_STMT, KIND.CONDITIONAL_OPERATOR):
            way = list(context.get_children())[1]
            if self.only_tells_memory(way):
                return "memory"
        if bare(node).kind == KIND.CALL_EXPR and bare(node).spelling in ENDS:
            return "memory"
        if self.is_null_test(finder, node) or self.tells_failure(finder, node):
            return "memory"
        if context.kind == KIND.IF_STMT and self.only_releases(way) and len(list(context.get_children())) == 2:
            return "release"
        return ""

    def only_tells_memory(self, way):
        called = calls(way)
        if any(n.kind == KIND.BINARY_OPERATOR for n in way.walk_preorder()):
            return False
        return MEMORY in called and all(c in ENDS or RELEASES.match(c) for c in called)

    def only_releases(self, way):
        statements = list(way.get_children()) if way.kind == KIND.COMPOUND_STMT else [way]
        return all(s.kind == KIND.CALL_EXPR and RELEASES.match(s.spelling) for s in statements)
