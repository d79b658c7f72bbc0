"""Renders one side of a scene into the template of a whole module."""

import re
from collections.abc import Mapping, Sequence

from weakspot.generate.checks import Check
from weakspot.generate.placement import AWAITS
from weakspot.generate.scene import Place, Scene
from weakspot.generate.sides import Side
from weakspot.generate.template import (
    at_fillers,
    at_line,
    clean,
    has,
    indent,
    lines_in,
    put,
    tagged,
)

START, BEFORE, AFTER, BESIDE = range(4)  # where padding stands
_ENDS = re.compile(r"^(?:return|raise)\b")
_CLASSES = re.compile(r"^(?:class|@|def|async def)\b", re.MULTILINE)
_LOGGER = re.compile(r"(?<![\w.$\"'])logger(?=\.)")

Padding = Mapping[int, tuple[int, ...]]


def module_template(scene: Scene, side: Side, padding: Padding) -> str:
    """Return the module of one side, holes and choices unfilled.

    `padding` says which blocks (indices into the scene's pads) stand at the start of the function,
    before and after the use, and in a function of their own.
    """
    return _Assembly(scene, side, padding).module()


class _Assembly:
    """Collects the parts of one module: what is set up, helper functions, the main code."""

    def __init__(self, scene: Scene, side: Side, padding: Padding) -> None:
        self.scene = scene
        self.form = side.form
        self.check = side.check
        self.padding = padding
        self.setup: list[str] = [clean(scene.mechanism.setup)]
        self.functions: list[str] = []

    def module(self) -> str:
        scene, around = self.scene, self.scene.around
        main = self._program() if scene.place is None else self._function(scene.place)
        tail = scene.place.skeleton.tail if scene.place else ""
        beside = self._padding(BESIDE)
        helpers = [*self.functions, *around.distractors.functions]
        helpers += [_report(f"n{n}", block) for n, block in enumerate(around.neighbours)]
        helpers += [_report("u1", "\n".join(beside))] if beside else []
        # What runs at import time must stand behind the functions it calls.
        runs = re.search(r"^(?:if|for|with|try)\b", main, re.MULTILINE) is not None
        runs = runs or (scene.place is not None and scene.place.code == "%BODY")
        parts = [*helpers, main] if around.helpers_first or runs else [main, *helpers]
        # Classes stand apart from the constants around them.
        blocks = list(dict.fromkeys(block for block in self.setup if block))
        plain = "\n".join(block for block in blocks if not _CLASSES.search(block))
        setup = "\n\n\n".join([plain] * bool(plain) + [b for b in blocks if _CLASSES.search(b)])
        return self._slots("\n\n\n".join(part for part in (setup, *parts, tail) if part))

    def _program(self) -> str:
        room = [
            *_filler("f", (*self.scene.around.early, *self.scene.around.inner)),
            *(block for place in (START, BEFORE, AFTER) for block in self._padding(place)),
        ]
        places = sum(line.strip() == "#..." for line in self.form.split("\n"))
        form = at_fillers(self.form, lambda n: "\n".join(room[n::places]))
        self._set_up(self._given_lines(form))
        if room and not places:
            self.functions.append(_report("u0", "\n".join(room)))
        return form

    def _function(self, place: Place) -> str:
        scene = self.scene
        if "$app" in place.code or "$routes" in place.code or "$Request" in place.code:
            self._set_up(place.setup)
        self._set_up(scene.origin.setup)
        self.functions += scene.origin.helpers
        reading = at_line(scene.origin.statements, "%REJECT", place.reject) if scene.flows else ""
        if place.other and place.other != "%OTHER":
            reading = lines_in(reading, f"$s0__other = {place.other}")
        use = self._call(place) if place.extracted else self._use(place, place.reject)
        apart = list(scene.around.distractors.statements)
        ahead, behind = (apart[:1], apart[1:]) if scene.around.early else ([], apart)
        start = [*_filler("f", scene.around.early), *self._padding(START)]
        body = lines_in(*start, *ahead, reading, *behind, use)
        return at_line(self._signature(place), "%BODY", body or "pass")

    def _use(self, place: Place, reject: str) -> str:
        """Return the checks, the mechanism's statements and what follows them."""
        scene = self.scene
        value = scene.origin.access
        before, after = "", ""
        if scene.ambient is not None:
            ambient = _settled(scene.ambient, "a0", value, scene.ambient_samples)
            before = at_line(ambient.before, "%REJECT", reject)
            self._set_up(ambient.setup)
        if self.check is not None:
            check = _settled(self.check, "c0", value, scene.samples)
            before = lines_in(before, at_line(check.before, "%REJECT", reject))
            after = at_line(check.after, "%REJECT", reject)
            value = check.use
            self._set_up(check.setup)
        inner = scene.around.inner
        form = at_fillers(self.form, lambda n: "\n".join(_filler("ghjkl"[n % 5], inner[n : n + 1])))
        given = self._given_lines(form)
        if place.given == "module":
            self._set_up(given)
        if place.given == "self" and not place.extracted:
            for name, _ in self._given(form):
                form = put(form, name, f"self.${name}")
        inline = place.given == "inline" or (place.extracted and place.given != "module")
        form = put(form, "in", value)
        ending = "" if _ENDS.match(form.split("\n")[-1]) else _ending(place, form)
        use = lines_in(given if inline else "", form, after, *self._padding(AFTER), ending)
        room = [*_filler("m", scene.around.late), *self._padding(BEFORE)]
        return lines_in(before, *room, _wrapped(place.wrap, use))

    def _call(self, place: Place) -> str:
        """Move the use into a helper function or a class, and return its call."""
        arguments = "$in, $s0__other" if place.other else "$in"
        use = self._use(place, place.helper_reject)
        head, wait = ("async def", "await ") if AWAITS.search(use) else ("def", "")
        if place.extracted == "class":
            method = f"{head} $perform(self, {arguments}):\n{indent(use)}"
            self.functions.append(f"class $Worker:\n{indent(method)}")
            call = f"{wait}$Worker().$perform({arguments})"
        else:
            self.functions.append(f"{head} $perform({arguments}):\n{indent(use)}")
            call = f"{wait}$perform({arguments})"
        if re.search(r"^\s*return +(?!None$)", use, re.MULTILINE):
            return lines_in(f"$out = {call}", place.result)
        return lines_in(call, place.done)

    def _signature(self, place: Place) -> str:
        """Return the skeleton's code with its second and its given parameters."""
        code = place.code
        extra = ""
        if place.other == "%OTHER":
            typed = ": str" if "$in: %TYPE" in code else ""
            extra = f", $s0__other{typed}" + (' = "main"' if "$in: %TYPE = " in code else "")
        code = code.replace("%OTHER", extra)
        mechanism = self.scene.mechanism
        forms = (mechanism.vulnerable, mechanism.fixed, mechanism.decoy, mechanism.wrong_fix)
        needed = self._given("\n".join(form for group in forms for form in group))
        names = ", ".join(f"${name}" for name, _ in needed)
        if not names or place.extracted or place.given not in ("parameter", "self"):
            return code
        if place.given == "parameter":
            return _with_parameters(code, names)
        kept = "\n".join(f"        self.${name} = ${name}" for name, _ in needed)
        header, _, rest = code.partition("\n")
        return f"{header}\n    def __init__(self, {names}):\n{kept}\n\n{rest}"

    def _given(self, text: str) -> list[tuple[str, str]]:
        """Return what `text` uses of the things the mechanism is given, in their order."""
        wanted: list[tuple[str, str]] = []
        for name, value in reversed(self.scene.mechanism.given):
            used = has(text, name) or any(has(other, name) for _, other in wanted)
            if used and name != "logger":
                wanted.insert(0, (name, clean(value)))
        return wanted

    def _given_lines(self, form: str) -> str:
        return "\n".join(f"${name} = {value}" for name, value in self._given(form))

    def _set_up(self, lines: str) -> None:
        if lines:
            self.setup.append(lines)

    def _padding(self, place: int) -> list[str]:
        pads = self.scene.around.pads
        return [tagged(pads[n], f"p{n}") for n in self.padding.get(place, ())]

    def _slots(self, text: str) -> str:
        scene = self.scene
        name = f"$i0__{scene.hint}"
        key = name if scene.key_is_name else f"$k0__{scene.hint}"
        text = put(put(text, "in", name), "out", "$o0__result")
        text = text.replace("%KEY2", "$k1__mode").replace("%KEY", key).replace("%FIELD", key)
        return _LOGGER.sub("$logger", text.replace("%TYPE", scene.annotation))


def _ending(place: Place, form: str) -> str:
    if place.extracted:
        return "return $out" if has(form, "out") else ""
    return place.result if has(form, "out") else place.done


def _settled(check: Check, tag: str, value: str, samples: Mapping[str, str]) -> Check:
    """Fill the slots of a check."""

    def one(text: str) -> str:
        for slot, sample in samples.items():
            text = text.replace(slot, sample)
        text = text.replace("%O", "$s0__other").replace("%V", value)
        return text.replace("$c0__", f"${tag}__")

    return Check(one(check.before), one(check.use), one(check.after), one(check.setup))


def _filler(letter: str, blocks: Sequence[str]) -> list[str]:
    return [tagged(block, f"{letter}{n}") for n, block in enumerate(blocks)]


def _report(tag: str, blocks: str) -> str:
    if "$" + tag + "__" not in blocks and not re.search(r"\$[a-z][0-9]+__", blocks):
        blocks = tagged(blocks, tag)
    named = re.findall(r"^(\$\w+) = ", blocks, re.MULTILINE)
    ending = f"return {named[-1]}" if named else ""
    return f"def ${tag}__report():\n{indent(lines_in(blocks, ending))}"


def _wrapped(wrap: str, use: str) -> str:
    inner = indent(use)
    if wrap == "try":
        shown = '$logger.exception("<<failed|could not finish|request failed>>")'
        return f"try:\n{inner}\nexcept Exception:\n    {shown}\n    raise"
    if wrap == "if":
        return f'if os.environ.get("<<MAINTENANCE|READ_ONLY|PAUSED>>") != "1":\n{inner}'
    if wrap == "with":
        return f"with contextlib.suppress(<<TimeoutError|ConnectionError>>):\n{inner}"
    if wrap == "else":
        told = '$logger.info("<<skipped|dry run>>")'
        return f'if os.environ.get("<<DRY_RUN|PAUSED>>"):\n    {told}\nelse:\n{inner}'
    return use


def _with_parameters(code: str, names: str) -> str:
    """Put `names` in front of the parameters of the last function."""
    head, _, rest = code.rpartition("def ")
    name, _, signature = rest.partition("(")
    owner = re.match(r"(self|cls)(?:, )?", signature)
    if owner:
        signature = signature[owner.end() :]
        names = f"{owner[1]}, {names}"
    return f"{head}def {name}({names}{'' if signature.startswith(')') else ', '}{signature}"
