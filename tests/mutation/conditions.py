"""The conditions of a C source: found by libclang, each wrapped in a call so that a running program can change it."""
import re
from dataclasses import dataclass, field

from rules import Rules

try:
    from clang import cindex
    KIND = cindex.CursorKind
except ImportError:
    cindex = None

INVERTED, TRUE, FALSE, CASE = range(4)
WORDS = {INVERTED: "inverted", TRUE: "always true", FALSE: "always false", CASE: "case dropped"}
COMPARISONS = {b"==", b"!=", b"<", b">", b"<=", b">="}
LITERALS = {b"true", b"false", b"0", b"1"}


@dataclass
class Condition:
    index: int
    start: int
    end: int
    line: int
    function: str
    text: str
    kinds: list
    why_not: str = ""  # the rule that says that it does not decide


@dataclass
class Source:
    name: str
    text: bytes
    conditions: list = field(default_factory=list)
    inserts: list = field(default_factory=list)  # (offset, order, nesting, text)


def blank(text):
    """Comments, strings and characters blanked; offsets stay."""
    pattern = rb'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*'
    return re.sub(pattern, lambda m: re.sub(rb"[^\n]", b" ", m.group(0)), text, flags=re.S)


class Finder:
    """Walks one source."""

    def __init__(self, source, rules):
        self.source, self.rules = source, rules
        self.plain = blank(source.text)
        self.function = None
        self.allocated = set()

    def span(self, node):
        return node.extent.start.offset, node.extent.end.offset

    def says(self, node):
        start, end = self.span(node)
        return self.source.text[start:end]

    def strip(self, node):
        """Without parentheses and implicit casts."""
        while node.kind in (KIND.PAREN_EXPR, KIND.UNEXPOSED_EXPR):
            inner = list(node.get_children())
            if len(inner) != 1:
                break
            node = inner[0]
        return node

    def operator(self, node):
        """The operator of a binary expression as it is written; of one that a macro wrote: nothing."""
        if node.kind != KIND.BINARY_OPERATOR:
            return b""
        left, right = node.get_children()
        return self.plain[left.extent.end.offset:right.extent.start.offset].strip()

    def is_not(self, node):
        return node.kind == KIND.UNARY_OPERATOR and self.says(node).startswith(b"!")

    def is_boolean(self, node):
        return self.operator(node) in COMPARISONS | {b"&&", b"||"} or self.is_not(node)

    def is_keyword(self, node, word):
        return self.says(node).startswith(word)

    def note(self, node, kinds, context):
        """One condition; context: the statement or expression that it steers."""
        start, end = self.span(node)
        text = " ".join(self.source.text[start:end].decode().split())
        if self.rules.refuses(node):
            kinds = [TRUE]
        elif self.rules.ends_in_memory(self, node):
            kinds = [kind for kind in kinds if kind != TRUE]
        elif self.rules.hides_memory(self, node) is not None:
            kinds = [kind for kind in kinds if kind != (TRUE if self.rules.hides_memory(self, node) else FALSE)]
        made = Condition(len(self.source.conditions), start, end, node.extent.start.line, self.function.spelling, text, kinds)
        made.why_not = self.rules.why_not(self, node, context)
        self.source.conditions.append(made)
        self.source.inserts.append((start, 1, -end, b"MUTANT(%d, (" % made.index))
        self.source.inserts.append((end, 0, -start, b"))"))

    def truth(self, node, context, neutral=None):
        """An expression whose truth counts; neutral: the constant that drops it from the operator that it belongs to."""
        node = self.strip(node)
        operator = self.operator(node)
        start, end = self.span(node)
        if self.says(node) in LITERALS or start >= end:
            return
        if node.kind == KIND.CONDITIONAL_OPERATOR and self.ternary(node, context):
            return
        if operator == b",":
            left, right = node.get_children()
            self.visit(left)
            self.truth(right, context, neutral)
            return
        if operator == b"=" or node.kind == KIND.COMPOUND_ASSIGNMENT_OPERATOR:
            self.visit(node)
            return
        self.note(node, [INVERTED, TRUE, FALSE] if neutral is None else [INVERTED, neutral], context)
        inner = self.strip(next(node.get_children())) if self.is_not(node) else node
        if self.operator(inner) in (b"&&", b"||"):
            for side in self.sides(inner, self.operator(inner)):
                self.truth(side, context, TRUE if self.operator(inner) == b"&&" else FALSE)
        else:
            self.children(inner)

    def sides(self, node, operator):
        """a, b, c of a && b && c"""
        node = self.strip(node)
        if self.operator(node) != operator:
            return [node]
        return [side for child in node.get_children() for side in self.sides(child, operator)]

    def ternary(self, node, context):
        """True when it was one that is written out: its branches are as true as it is."""
        condition, one, other = node.get_children()
        between = self.plain[condition.extent.end.offset:one.extent.start.offset]
        if b"?" not in between:
            return False
        self.truth(condition, node)
        self.truth(one, context)
        self.truth(other, context)
        return True

    def children(self, node):
        for child in node.get_children():
            self.visit(child)

    def visit(self, node):
        kind = node.kind
        if kind == KIND.CXX_UNARY_EXPR or (kind == KIND.VAR_DECL and node.storage_class == cindex.StorageClass.STATIC):
            return
        if kind == KIND.CSTYLE_CAST_EXPR and node.type.kind == cindex.TypeKind.VOID:
            thrown = self.strip(list(node.get_children())[-1])
            self.children(thrown)
            return
        visit = {KIND.IF_STMT: self.visit_if, KIND.WHILE_STMT: self.visit_while, KIND.DO_STMT: self.visit_do,
                 KIND.FOR_STMT: self.visit_for, KIND.SWITCH_STMT: self.visit_switch, KIND.RETURN_STMT: self.visit_return,
                 KIND.CONDITIONAL_OPERATOR: self.visit_ternary, KIND.VAR_DECL: self.visit_variable,
                 KIND.CASE_STMT: self.visit_case}.get(kind)
        if visit is not None:
            visit(node)
        elif self.is_boolean(node):
            self.truth(node, node)
        elif self.operator(node) == b"=" and node.type.get_canonical().kind == cindex.TypeKind.BOOL:
            left, right = node.get_children()
            self.visit(left)
            self.truth(right, node)
        else:
            self.children(node)

    def visit_if(self, node):
        condition, *branches = node.get_children()
        if self.is_keyword(node, b"if"):
            self.truth(condition, node)
        for branch in branches:
            self.visit(branch)

    def visit_while(self, node):
        condition, body = node.get_children()
        if self.is_keyword(node, b"while"):
            self.truth(condition, node)
        self.visit(body)

    def visit_do(self, node):
        body, condition = node.get_children()
        if self.is_keyword(node, b"do"):
            self.truth(condition, node)
        self.visit(body)

    def visit_for(self, node):
        if not self.is_keyword(node, b"for"):
            return
        first, second = self.semicolons(node)
        for child in node.get_children():
            start = child.extent.start.offset
            if first < start < second:
                self.truth(child, node)
            else:
                self.visit(child)

    def semicolons(self, node):
        """Where the two of a for stand."""
        found, depth, at = [], 0, node.extent.start.offset
        while len(found) < 2:
            c = self.plain[at:at + 1]
            depth += (c in b"({[") - (c in b")}]")
            if c == b";" and depth == 1:
                found.append(at)
            at += 1
        return found

    def visit_return(self, node):
        for value in node.get_children():
            if self.function.result_type.get_canonical().kind == cindex.TypeKind.BOOL and self.is_keyword(node, b"return"):
                self.truth(value, node)
            else:
                self.visit(value)

    def visit_ternary(self, node):
        condition, one, other = node.get_children()
        if b"?" in self.plain[condition.extent.end.offset:one.extent.start.offset]:
            self.truth(condition, node)
        self.visit(one)
        self.visit(other)

    def visit_variable(self, node):
        for value in node.get_children():
            if node.type.get_canonical().kind == cindex.TypeKind.BOOL and value.kind.is_expression():
                self.truth(value, node)
            else:
                self.visit(value)

    def visit_case(self, node):
        self.visit(list(node.get_children())[-1])

    def cases(self, body):
        """(label, statement behind it) of a switch; labels that do what default does, or nothing, decide nothing."""
        found, default, ends = [], None, False
        for child in body.get_children():
            labels = []
            while child.kind in (KIND.CASE_STMT, KIND.DEFAULT_STMT):
                ends = ends or child.kind == KIND.DEFAULT_STMT
                parts = list(child.get_children())
                labels.append(parts[0] if child.kind == KIND.CASE_STMT else None)
                child = parts[-1]
            text = self.says(child)
            if any(label is None for label in labels):
                default = text
            found += [(label, text) for label in labels]
        nothing = default if ends else b"break"
        single = nothing is not None and (nothing == b"break" or nothing.startswith(b"return"))
        return [label for label, text in found if label is not None and not (single and text == nothing)]

    def visit_switch(self, node):
        value, body = node.get_children()
        labels = self.cases(body) if self.is_keyword(node, b"switch") else []
        self.visit(value)
        if labels:
            start, end = self.span(value)
            first = len(self.source.conditions)
            self.source.inserts.append((start, 1, -end, b"mutant_switch(&mutant_seen[%d], (" % first))
            names = b", ".join(self.says(label) for label in labels)
            self.source.inserts.append((end, 0, -start, b"), (int64_t[]){ %s }, %d)" % (names, len(labels))))
            for label in labels:
                text = f"switch ({self.says(value).decode()}) case {self.says(label).decode()}"
                self.source.conditions.append(Condition(len(self.source.conditions), start, end, label.extent.start.line,
                                                        self.function.spelling, " ".join(text.split()), [CASE]))
        self.visit(body)

    def walk(self, unit):
        for node in unit.cursor.get_children():
            here = node.location.file is not None and node.location.file.name == unit.spelling
            if here and node.kind == KIND.FUNCTION_DECL and node.is_definition():
                self.function = node
                self.allocated = self.rules.allocated(self, node)
                self.children(node)


def read(name, path, args):
    """The conditions of one source. Fails when libclang does not understand it."""
    unit = cindex.Index.create().parse(str(path), args=args)
    bad = [str(d) for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
    if bad:
        raise ValueError(f"{name}: {bad[0]}")
    source = Source(name, path.read_bytes())
    Finder(source, Rules(unit, name)).walk(unit)
    return source


def instrumented(source, path):
    """The source with a call around each condition."""
    out, at = [], 0
    for offset, _, _, text in sorted(source.inserts):
        out += [source.text[at:offset], text]
        at = offset
    out.append(source.text[at:])
    head = f'#include "mutant.h"\n\nMUTANT_FILE("{source.name}", {len(source.conditions)})\n#line 1 "{path}"\n'
    return head.encode() + b"".join(out)
