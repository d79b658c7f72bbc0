"""The page in a real browser: by keyboard, by mouse, and under attack."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from desk_cases import YES, pair_text, review, serving, write_pairs
from playwright.sync_api import Browser, Error, Page, expect

from weakspot.review.desk import Desk
from weakspot.review.journal import Decision, Review, append, read
from weakspot.review.opinions import Verdict
from weakspot.review.server import DeskServer

expect.set_options(timeout=15_000)
HOSTILE = "</textarea></table><script>window.hit = 1</script><img src=x onerror='window.hit = 2'>"


@dataclass
class Case:
    """A desk, and a browser's page on it."""

    server: DeskServer
    page: Page
    asked: list[str]

    @property
    def said(self) -> list[tuple[str, str, Decision]]:
        """All decisions: reader, pair, what."""
        return [(one.name, one.pair, one.decision) for one in read(self.server.desk.journal)]

    def last(self) -> Review:
        return read(self.server.desk.journal)[-1]

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def status(self, text: str) -> None:
        expect(self.page.locator("#status")).to_contain_text(text)

    def title(self, text: str) -> None:
        expect(self.page.locator("#title")).to_have_text(text)


Opened = Callable[..., Case]


@pytest.fixture
def opened(tmp_path: Path, browser: Browser) -> Iterator[Opened]:
    """Return what serves the pairs below `tmp_path` and opens the page as a reader."""
    left = []
    problems: list[str] = []
    context = browser.new_context(viewport={"width": 1440, "height": 900})

    def start(name: str = "ada") -> Case:
        folder = tmp_path / "pairs"
        if not folder.exists():
            write_pairs(folder, 4)
        judges = {
            "Bandit": lambda codes: [Verdict(False, None, (), ())] * 2,
            "weakspot": lambda codes: [Verdict(True, 0.93, ("CWE-89",), (17,))] * 2,
        }
        serve = serving(folder, tmp_path / "reviews.jsonl", judges, name)
        server = serve.__enter__()
        left.append(serve)
        page = context.new_page()
        case = Case(server, page, [])
        page.on("request", lambda request: case.asked.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(dialog.message))
        page.goto(server.address)
        return case

    yield start
    context.close()
    for serve in left:
        serve.__exit__(None, None, None)
    assert problems == []


def test_a_whole_review_by_keyboard_alone(opened: Opened) -> None:
    case = opened(name="")
    expect(case.page.locator("#naming")).to_be_visible()
    case.page.keyboard.type("Ada L.")
    case.keys("Enter")
    case.title("CWE-89/m-0")

    case.keys("a")
    case.status("answer first: 1, 2, 3")
    case.keys("1", "2", "3", "a")
    case.status("accepted: CWE-89/m-0")

    case.keys("n")
    case.title("CWE-89/m-1")
    case.keys("1", "2", "2", "3", "a")
    case.status("three yes")
    case.keys("r")
    case.status("say why")
    case.page.keyboard.type("still reads raw text")  # no key of a remark is a shortcut
    case.keys("Enter")
    case.status("rejected: CWE-89/m-1")
    assert (case.last().fix_is_right, case.last().remark) == (False, "still reads raw text")

    case.keys("n")
    case.title("CWE-89/m-2")
    case.keys("s")
    case.status("skipped")
    case.title("CWE-89/m-3")
    case.keys("1", "2", "3", "c")
    expect(case.page.locator("#text")).to_be_focused()
    case.keys("Control+End")
    case.page.keyboard.type(" moored = len(shown)")
    expect(case.page.locator("#rows")).to_contain_text("moored")
    case.keys("Control+Enter")
    case.status("say why")
    case.page.keyboard.type("counts")
    case.keys("Enter")
    case.status("changed: CWE-89/m-3")
    text = (case.server.desk.shelf.folder / "CWE-89" / "m-3.pair").read_text()
    assert text == pair_text(3) + " moored = len(shown)\n"

    assert case.said == [
        ("Ada L.", "CWE-89/m-0", Decision.ACCEPT),
        ("Ada L.", "CWE-89/m-1", Decision.REJECT),
        ("Ada L.", "CWE-89/m-2", Decision.SKIP),
        ("Ada L.", "CWE-89/m-3", Decision.CHANGE),
    ]
    expect(case.page.locator("#decided")).to_have_text("3 of 4 decided")
    case.keys("n")
    case.title("CWE-89/m-2")
    case.status("these are left")


def test_a_whole_review_by_mouse_alone(opened: Opened) -> None:
    case = opened()
    page = case.page
    case.title("CWE-89/m-0")
    page.get_by_role("button", name="accept").first.click()
    case.status("answer first")
    for question in ("CWE? yes", "new? yes", "Realistic? yes"):
        page.get_by_label(question).click()
    page.locator("#accept").click()
    case.status("accepted")
    page.locator("#queue button", has_text="m-2").click()
    case.title("CWE-89/m-2")
    for question in ("CWE? no", "new? yes", "Realistic? yes"):
        page.get_by_label(question).click()
    page.locator("#remark").fill("no query")
    page.locator("#reject").click()
    case.status("rejected: CWE-89/m-2")
    page.locator("#previous").click()
    case.title("CWE-89/m-1")
    page.locator("#skip").click()
    case.title("CWE-89/m-2")
    page.locator("#show").select_option("mine")
    expect(page.locator("#queue li")).to_have_count(3)
    assert [(pair, what) for _, pair, what in case.said] == [
        ("CWE-89/m-0", Decision.ACCEPT),
        ("CWE-89/m-2", Decision.REJECT),
        ("CWE-89/m-1", Decision.SKIP),
    ]


def test_what_others_say_is_hidden_until_the_verdict(opened: Opened) -> None:
    case = opened()
    opinions = case.page.locator("#opinions")
    case.title("CWE-89/m-0")
    expect(opinions).to_have_text("Hidden until your verdict.")
    assert not any("opinions" in url for url in case.asked)
    case.keys("1", "2", "3", "a")
    expect(opinions).to_contain_text("weak 93 %CWE-89line 17")
    expect(opinions).to_contain_text("Bandit")
    expect(opinions).to_contain_text("ada accepted")
    case.keys("n")
    case.title("CWE-89/m-1")
    expect(opinions).to_have_text("Hidden until your verdict.")
    case.keys("h")
    expect(opinions).to_contain_text("weak 93 %")
    case.keys("h")
    expect(opinions).to_have_text("Hidden until your verdict.")


def test_going_on_by_itself(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.keys("g", "1", "2", "3", "a")
    case.title("CWE-89/m-1")
    case.status("accepted: CWE-89/m-0")


def test_an_edit_is_checked_while_one_types_and_is_kept_till_discarded(opened: Opened) -> None:
    case = opened()
    problems = case.page.locator("#problems")
    case.title("CWE-89/m-0")
    expect(problems).to_contain_text("keeps all rules")
    case.keys("e")
    case.page.locator("#text").fill(pair_text(0).replace("!rows", "-rows"))
    expect(problems).to_contain_text("marks: no line is marked")
    case.page.locator("#text").fill("+++")
    expect(case.page.locator("#broken")).to_contain_text("Not a pair yet")
    case.keys("Escape", "n")
    case.title("CWE-89/m-1")
    expect(case.page.locator("#editing")).to_be_hidden()
    case.keys("p")
    case.title("CWE-89/m-0")
    expect(case.page.locator("#text")).to_have_value("+++")
    case.keys("1", "2", "3", "a")
    case.status("your edit waits")
    case.keys("c")
    case.status("say why")
    case.page.keyboard.type("x")
    case.keys("Enter")
    case.status("header")
    assert case.said == []
    case.keys("d")
    expect(case.page.locator("#editing")).to_be_hidden()
    expect(problems).to_contain_text("keeps all rules")


def changed_elsewhere(case: Case, text: str) -> None:
    """Let Bob change CWE-89/m-0 at a desk of his own."""
    desk = Desk(case.server.desk.shelf.folder, case.server.desk.journal, {}, "bob")
    asked = {"pair": "CWE-89/m-0", "digest": desk.shelf.entry("CWE-89/m-0").digest, "name": "bob"}
    desk.decide(asked | {"decision": "change", "answers": YES, "remark": "mine", "text": text})


def test_an_edit_of_a_state_that_is_gone_is_never_saved(opened: Opened) -> None:
    case = opened()
    text = case.page.locator("#text")
    why = case.page.locator("#why-vulnerable")
    case.title("CWE-89/m-0")
    case.keys("e")
    text.fill(pair_text(0, why="Said by Ada."))
    expect(why).to_contain_text("Said by Ada.")
    case.keys("Escape", "n")
    case.title("CWE-89/m-1")
    changed_elsewhere(case, pair_text(0, why="Said by Bob."))
    case.keys("p")
    case.title("CWE-89/m-0")
    case.status("changed by another reader meanwhile")
    expect(why).to_contain_text("Said by Bob.")
    expect(text).to_have_value(pair_text(0, why="Said by Ada."))
    case.keys("1", "2", "3", "m")
    case.page.keyboard.type("mine")
    case.keys("Escape", "c")
    case.status("changed by another reader meanwhile")
    assert [name for name, _, _ in case.said] == ["bob"]

    case.keys("d")
    expect(case.page.locator("#status")).to_have_text("")
    expect(case.page.locator("#editing")).to_be_hidden()
    case.keys("e")
    expect(text).to_have_value(pair_text(0, why="Said by Bob."))
    text.fill(pair_text(0, why="Said by both."))
    case.keys("Escape", "1", "2", "3", "m")
    case.page.keyboard.type("ours")
    case.keys("Escape", "c")
    case.status("changed: CWE-89/m-0")
    path = case.server.desk.shelf.folder / "CWE-89" / "m-0.pair"
    assert path.read_text() == pair_text(0, why="Said by both.")
    assert [name for name, _, _ in case.said] == ["bob", "ada"]


def test_a_change_made_while_one_edits_is_told_and_stays(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.keys("1", "2", "3", "e")
    case.page.locator("#text").fill(pair_text(0, why="Said by Ada."))
    changed_elsewhere(case, pair_text(0, why="Said by Bob."))
    for _ in range(2):
        case.page.locator("#remark").fill("mine")
        case.page.locator("#change").click()
        case.status("changed by another reader meanwhile")
        expect(case.page.locator("#why-vulnerable")).to_contain_text("Said by Bob.")
        case.keys("1", "2", "3")
    path = case.server.desk.shelf.folder / "CWE-89" / "m-0.pair"
    assert path.read_text() == pair_text(0, why="Said by Bob.")


def test_an_edit_is_its_reader_s_alone(opened: Opened) -> None:
    case = opened()
    text = case.page.locator("#text")
    edit = pair_text(0, why="Said by Ada.")
    case.title("CWE-89/m-0")
    case.keys("1", "e")
    text.fill(edit)
    case.keys("Escape")
    for name, shown in (("bob", pair_text(0)), ("ada", edit)):
        case.keys("o")
        case.page.keyboard.type(name)
        case.keys("Enter")
        expect(case.page.locator("#reader")).to_contain_text(name)
        case.title("CWE-89/m-0")
        expect(text).to_have_value(shown)
    expect(case.page.locator("#editing")).to_be_visible()


@contextmanager
def held(case: Case) -> Iterator[None]:
    """Hold back the desk's answer to a decision until the block ends."""
    decide, go = case.server.desk.decide, threading.Event()

    def late(asked: Mapping[str, Any]) -> dict[str, Any]:
        done = decide(asked)
        assert go.wait(30)
        return done

    with (
        patch.object(case.server.desk, "decide", late),
        case.page.expect_response("**/api/decide"),
    ):
        yield
        go.set()


@pytest.mark.parametrize("cwe", ["CWE-89", "CWE-943"])  # in place, and moved
def test_what_is_typed_while_a_change_is_on_its_way_is_kept(opened: Opened, cwe: str) -> None:
    case = opened()
    text = case.page.locator("#text")
    new = pair_text(0, cwe, name="m-0", why="Said first.")
    case.title("CWE-89/m-0")
    case.keys("g", "1", "2", "3", "m")
    case.page.keyboard.type("first")
    case.keys("Escape", "e")
    text.fill(new)
    with held(case):
        case.keys("Control+Enter")
        expect(text).to_have_value(new)
        case.keys("Control+End")
        case.page.keyboard.type(" second = 2\n")
    case.status(f"changed: {cwe}/m-0 · what you typed")
    case.title(f"{cwe}/m-0")
    case.page.keyboard.type(" third = 3\n")  # no letter became a key
    more = f"{new} second = 2\n third = 3\n"
    expect(text).to_have_value(more)
    expect(case.page.locator("#rows")).to_contain_text("third")
    case.keys("Control+Enter")
    case.title("CWE-89/m-1")
    path = case.server.desk.shelf.folder / cwe / "m-0.pair"
    assert path.read_text() == more
    assert case.said == [("ada", f"{cwe}/m-0", Decision.CHANGE)] * 2


def test_a_remark_typed_while_a_verdict_is_on_its_way_is_kept(opened: Opened) -> None:
    case = opened()
    remark = case.page.locator("#remark")
    case.title("CWE-89/m-0")
    case.keys("1", "2", "3")
    with held(case):
        case.keys("a")
        remark.fill("one more thing")
    case.status("accepted: CWE-89/m-0 · what you typed")
    expect(remark).to_have_value("one more thing")
    expect(remark).to_be_focused()


def test_answers_and_remark_wait_for_the_verdict(opened: Opened) -> None:
    case = opened()
    remark = case.page.locator("#remark")
    yes = case.page.locator("#questions .yes[aria-pressed=true]")
    case.title("CWE-89/m-0")
    case.keys("1", "2", "3", "m")
    case.page.keyboard.type("a long remark")
    case.keys("Escape", "/")
    for letters, title, left in (("m-0", "CWE-89/m-0", 3), ("\b1", "CWE-89/m-1", 0)):
        for letter in letters:
            case.page.keyboard.press("Backspace" if letter == "\b" else letter)
        expect(case.page.locator("#queue li")).to_have_count(1)
        case.title(title)
        expect(yes).to_have_count(left)
        expect(remark).to_have_value("a long remark" if left else "")
    case.keys("Backspace", "0", "Escape")
    case.title("CWE-89/m-0")
    expect(yes).to_have_count(3)
    expect(remark).to_have_value("a long remark")
    case.keys("a")
    case.status("accepted: CWE-89/m-0")
    assert case.last().remark == "a long remark"


def test_a_remark_outlasts_another_reader_s_change_and_answers_do_not(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.keys("1", "2", "3", "m")
    case.page.keyboard.type("a long remark")
    changed_elsewhere(case, pair_text(0, why="Said by Bob."))
    case.keys("Escape", "a")
    case.status("changed since it was shown")
    expect(case.page.locator("#remark")).to_have_value("a long remark")
    expect(case.page.locator("#questions [aria-pressed=true]")).to_have_count(0)


def test_the_weakness_is_chosen_with_its_definition(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.keys("w")
    expect(case.page.locator("#definition")).to_contain_text("CWE-89")
    case.page.keyboard.type("943")
    expect(case.page.locator("#definition")).to_contain_text("Data Query Logic")
    case.keys("Enter")
    expect(case.page.locator("#weakness")).to_contain_text("CWE-943")
    case.keys("w")
    case.page.keyboard.type("path traversal")
    case.page.locator("#as-accepted").click()
    expect(case.page.locator("#text")).to_have_value(
        pair_text(0)
        .replace('cwe = "CWE-89"', 'cwe = "CWE-943"')
        .replace('["CWE-20"]', '["CWE-20", "CWE-22"]')
    )
    case.keys("1", "2", "3", "m")
    case.page.keyboard.type("not SQL")
    case.keys("Escape", "c")
    case.status("changed: CWE-943/m-0")
    assert case.said == [("ada", "CWE-943/m-0", Decision.CHANGE)]
    case.title("CWE-943/m-0")


def test_filters_and_several_readers(opened: Opened, tmp_path: Path) -> None:
    write_pairs(write_pairs(tmp_path / "pairs", 3), 1, "CWE-22")
    case = opened()
    case.title("CWE-22/m-0")
    state = case.server.desk.shelf.entry("CWE-22/m-0").digest
    append(case.server.desk.journal, [review("CWE-22/m-0", "bob", Decision.REJECT, state)])
    case.keys("1", "2", "3", "a")
    expect(case.page.locator("#counts")).to_contain_text("1 disputed")
    expect(case.page.locator("#opinions")).to_contain_text("bob rejected: because")
    case.keys("f", "f")  # mine, disputed
    expect(case.page.locator("#queue li")).to_have_count(1)
    case.keys("f", "t", "t")  # all, of CWE-89
    expect(case.page.locator("#queue li")).to_have_count(3)
    case.keys("/")
    case.page.keyboard.type("m-2")
    expect(case.page.locator("#queue li")).to_have_count(1)
    case.title("CWE-89/m-2")
    case.keys("Escape", "o")
    case.page.keyboard.type("bob")
    case.keys("Enter")
    expect(case.page.locator("#reader")).to_contain_text("bob")
    expect(case.page.locator("#decided")).to_have_text("1 of 4 decided")
    case.keys("?")
    expect(case.page.locator("#keys")).to_contain_text("reject")
    case.keys("a", "Escape")  # a dialog's keys decide nothing
    assert [name for name, _, _ in case.said] == ["bob", "ada"]


def test_a_hostile_pair_is_shown_and_never_run(opened: Opened, tmp_path: Path) -> None:
    folder = write_pairs(tmp_path / "pairs", 1)
    toml = HOSTILE.replace('"', '\\"')
    text = pair_text(0, why=toml).replace("harbour office", toml)
    text = text.replace(" shown", f' page = "{HOSTILE}"  # {HOSTILE} \u202e\n shown')
    (folder / "CWE-89" / "m-0.pair").write_text(text, "utf-8")
    (folder / "CWE-89" / "<img src=x onerror=alert(1)>.pair").write_text(HOSTILE, "utf-8")
    case = opened()
    page = case.page
    case.title("CWE-89/<img src=x onerror=alert(1)>")
    expect(page.locator("#raw")).to_have_text(HOSTILE)
    case.keys("n")
    case.title("CWE-89/m-0")
    expect(page.locator("#rows")).to_contain_text(HOSTILE)
    expect(page.locator("#rows")).to_contain_text("U+202E")
    expect(page.locator("#meta")).to_contain_text(HOSTILE)
    expect(page.locator("#why-vulnerable")).to_contain_text(HOSTILE)
    case.keys("e")
    expect(page.locator("#text")).to_have_value(text)
    case.keys("Escape", "1", "2", "3", "3", "m")
    page.keyboard.insert_text(HOSTILE)
    case.keys("Escape", "r")
    case.status("rejected")
    expect(page.locator("#opinions")).to_contain_text(HOSTILE)
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_the_page_loads_nothing_from_elsewhere(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.keys("1", "2", "3", "a")
    case.status("accepted")
    own = f"http://127.0.0.1:{case.server.server_port}/"
    assert case.asked
    assert [url for url in case.asked if not url.startswith(own)] == []


@pytest.mark.parametrize(
    "act",
    [
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
        "document.createElement('script').src = 'data:,window.hit = 1'",
        "document.body.setAttribute('onclick', 'window.hit = 1')",
    ],
)
def test_the_policy_refuses_what_the_page_never_does(opened: Opened, act: str) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    with pytest.raises(Error, match=r"TrustedHTML|TrustedScript"):
        case.page.evaluate(f"() => {{ {act}; }}")


@contextmanager
def other_site(page: str) -> Iterator[int]:
    """Serve one page from another port of this machine; yield the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])  # the same site, and another one
def test_other_sites_can_neither_read_nor_decide(opened: Opened, host: str) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    desk = f"http://127.0.0.1:{case.server.server_port}{case.server.session.folder}"
    with other_site("<title>other</title>") as port:
        other = case.page.context.new_page()
        other.goto(f"http://{host}:{port}/")
        # The worst case: the other site knows the path and the secret of the header.
        tried = other.evaluate(
            """async ([desk, csrf]) => {
                const said = [];
                const tries = [
                    [`${desk}api/session`, {credentials: "include"}],
                    [`${desk}api/session`, {credentials: "include", mode: "no-cors"}],
                    [`${desk}api/decide`, {method: "POST", body: "{}", credentials: "include",
                        headers: {"Content-Type": "application/json", "X-Weakspot-Desk": csrf}}],
                    [`${desk}api/decide`, {method: "POST", body: "{}", credentials: "include",
                        mode: "no-cors"}],
                ];
                for (const [place, options] of tries) {
                    try {
                        const reply = await fetch(place, options);
                        said.push(`${reply.type} ${reply.status} ${await reply.text()}`);
                    } catch (error) { said.push(error.name); }
                }
                return said;
            }""",
            [desk, case.server.session.csrf],
        )
        assert [one for one in tried if one not in ("TypeError", "opaque 0 ")] == []
        other.set_content(f'<iframe src="{desk}"></iframe>')
        frame = other.frames[-1]
        frame.wait_for_load_state()
        assert "weakspot" not in frame.content()
    assert case.said == []


def test_a_rebound_name_reaches_nothing(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    page = case.page.context.new_page()
    reply = page.goto(f"http://rebound.example:{case.server.server_port}/")
    assert reply is not None
    assert (reply.status, page.inner_text("body")) == (421, "wrong Host")


def test_the_link_works_once_and_the_page_again(opened: Opened) -> None:
    case = opened()
    case.title("CWE-89/m-0")
    case.page.reload()
    case.title("CWE-89/m-0")
    again = case.page.goto(case.server.address)
    assert again is not None
    assert again.status == 403
    expect(case.page.locator("body")).to_contain_text("used already")


def test_the_keys_walk_the_changes_and_the_code(opened: Opened, tmp_path: Path) -> None:
    folder = write_pairs(tmp_path / "pairs", 1)
    filling = "".join(f" tide{at} = {at}\n" for at in range(60))
    text = f"{pair_text(0)}{filling}*depths = list(shown)\n"
    (folder / "CWE-89" / "m-0.pair").write_text(text, "utf-8")
    case = opened()
    case.title("CWE-89/m-0")
    current = case.page.locator("#rows [aria-current]")
    for words in ("rows = ask", "depths = list", "rows = ask"):
        case.keys("x")
        expect(current).to_contain_text(words)
        expect(current).to_be_in_viewport()
    case.keys("n")
    case.status("these are left")
    expect(current).to_have_count(0)
    case.keys("End")  # the code has the focus: its end comes into sight
    expect(case.page.get_by_text("depths").first).to_be_in_viewport()
