"""What an answer cost in tokens, as the endpoint reports it or as its lengths suggest."""

from weakspot.backends.chat.cost import Usage, usage_of
from weakspot.backends.chat.reply import parsed
from weakspot.core.errors import DataError
from weakspot.generate.drafts.journal import Answer


def usage(answer: Answer) -> Usage:
    """Return what an answer used, reported or guessed."""
    try:
        reply = parsed(answer.body)
    except DataError:
        reply = {}
    messages = answer.sent.get("messages", ())
    return usage_of(reply, sum(len(str(one)) for one in messages), len(answer.body))
