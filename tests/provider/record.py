"""Plays every conversation against a running Better Auth and keeps its answers.

    python -m tests.provider.record http://127.0.0.1:4101 a.db http://127.0.0.1:4102 b.db

The second server has the https base URL. Both start on an empty database.
"""

import json
import sys
from pathlib import Path

from tests.provider.conversations import CONVERSATIONS
from tests.provider.playing import SECURE_URL, Server, play

RECORDED = Path(__file__).with_name("better_auth_1_7_25.json")


def main(plain_url: str, plain_database: str, secure_url: str, secure_database: str) -> None:
    plain = Server(plain_url, Path(plain_database), plain_url)
    secure = Server(secure_url, Path(secure_database), SECURE_URL)
    answers = {
        conversation.id: dict(play(conversation, secure if conversation.secure else plain))
        for conversation in CONVERSATIONS
    }
    text = json.dumps(answers, ensure_ascii=False, indent=1)
    RECORDED.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{sum(map(len, answers.values()))} answers\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
